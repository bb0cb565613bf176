package dingtalk

import (
	"context"
	"net/http"
)

// User is a member of the organisation. ID is unique in the organisation and never changes; UnionID is the same for all
// apps of one developer; a mobile number is neither. To-dos want UnionID, everything else ID.
type User struct {
	ID, UnionID string
	Name, Title string
	Active      bool // has logged in to DingTalk at least once
	Admin       bool // of DingTalk's organisation, not of anything of ours
	Departments []string
}

// User looks a member up by userid. Somebody who has left, or never was, is an error AboutTarget. Contacts are free of
// quota. Page: query-user-details.
func (c *Client) User(ctx context.Context, userID string) (User, error) {
	var u struct {
		ID          text  `json:"userid"`
		UnionID     text  `json:"unionid"`
		Name        text  `json:"name"`
		Title       text  `json:"title"`
		Active      flag  `json:"active"`
		Admin       flag  `json:"admin"`
		Departments texts `json:"dept_id_list"`
	}
	if err := c.contact(ctx, "/topapi/v2/user/get", map[string]string{"userid": userID}, &u, &u.ID); err != nil {
		return User{}, err
	}
	return User{string(u.ID), string(u.UnionID), string(u.Name), string(u.Title), bool(u.Active), bool(u.Admin), u.Departments}, nil
}

// UserIDByMobile finds the userid to a mobile number. A number can pass to somebody else: it identifies nobody for
// longer than a moment. Page: query-users-by-phone-number.
func (c *Client) UserIDByMobile(ctx context.Context, mobile string) (string, error) {
	var out struct {
		ID text `json:"userid"`
	}
	err := c.contact(ctx, "/topapi/v2/user/getbymobile", map[string]string{"mobile": mobile}, &out, &out.ID)
	return string(out.ID), err
}

// UserIDByUnionID finds the userid to a unionid; external is a contact outside the organisation, whom the robot cannot
// reach. Page: query-a-user-by-the-union-id.
func (c *Client) UserIDByUnionID(ctx context.Context, unionID string) (userID string, external bool, err error) {
	var out struct {
		ID   text   `json:"userid"`
		Kind number `json:"contact_type"` // 0 staff, 1 external
	}
	err = c.contact(ctx, "/topapi/user/getbyunionid", map[string]string{"unionid": unionID}, &out, &out.ID)
	return string(out.ID), out.Kind == 1, err
}

// UserByLoginCode says who opened a page inside DingTalk (免登): the code comes from dd.requestAuthCode, works once and for five
// minutes. Page: obtain-the-userid-of-a-user-by-using-the-log-free.
func (c *Client) UserByLoginCode(ctx context.Context, code string) (User, error) {
	var out struct {
		ID      text `json:"userid"`
		UnionID text `json:"unionid"`
		Name    text `json:"name"`
		Admin   flag `json:"sys"`
	}
	if err := c.contact(ctx, "/topapi/v2/user/getuserinfo", map[string]string{"code": code}, &out, &out.ID); err != nil {
		return User{}, err
	}
	return User{ID: string(out.ID), UnionID: string(out.UnionID), Name: string(out.Name), Admin: bool(out.Admin), Active: true}, nil
}

// contact makes a look-up and reads its result; one without a userid found nobody.
func (c *Client) contact(ctx context.Context, path string, body map[string]string, result any, id *text) error {
	var out struct {
		Result object `json:"result"`
	}
	if err := c.call(ctx, request{kind: KindContact, method: http.MethodPost, path: path, old: true, safe: true, body: body, out: &out}); err != nil {
		return err
	}
	out.Result.into(result)
	if *id == "" {
		return &Error{Kind: KindContact, Class: Permanent, About: AboutTarget, Code: "no-userid", Hint: hintNoUser}
	}
	return nil
}
