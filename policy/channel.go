package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Channel is the purse that a sum comes out of (资金渠道), as treasuries write it: 省级, 市级, 区级, or one district's own,
// 区级（婺城区）. 五（四）says only that money is borne by the fiscal system in force; who bears how much is configuration.
type Channel string

// CityChannel bears everything as long as no split is configured.
const CityChannel Channel = "市级"

type channelLevel struct {
	name Channel
	also []string
}

// channelLevels are the words of the levels and what people also write.
var channelLevels = []channelLevel{
	{"省级", []string{"省财政", "省", "省级财政"}},
	{"市级", []string{"市财政", "市", "市级财政", "市本级"}},
	{"区级", []string{"区财政", "区", "区级财政", "区本级", "区县级", "县级"}},
}

// ParseChannel reads a channel as people write it.
func ParseChannel(s string) (Channel, error) {
	t := strings.NewReplacer("(", "（", ")", "）", " ", "", "\u3000", "").Replace(strings.TrimSpace(s))
	level, own, has := strings.Cut(t, "（")
	for _, l := range channelLevels {
		if level != string(l.name) && !slices.Contains(l.also, level) {
			continue
		}
		if !has {
			return l.name, nil
		}
		own, closed := strings.CutSuffix(own, "）")
		if n := utf8.RuneCountInString(own); !closed || n == 0 || n > 12 || strings.ContainsAny(own, "（）/|") {
			break
		}
		return Channel(string(l.name) + "（" + own + "）"), nil
	}
	return "", fmt.Errorf("资金渠道 %q 应为 省级、市级、区级，或写明是哪个区的：区级（婺城区）", s)
}

// CompareChannels orders channels as treasuries list them: 省, 市, 区, then by name.
func CompareChannels(a, b Channel) int {
	level := func(c Channel) int {
		return slices.IndexFunc(channelLevels, func(l channelLevel) bool { return strings.HasPrefix(string(c), string(l.name)) })
	}
	return cmp.Or(cmp.Compare(level(a), level(b)), cmp.Compare(a, b))
}

// ChannelPart is what one channel bears of a sum.
type ChannelPart struct {
	Channel Channel `json:"channel"`
	Amount  Fen     `json:"amount"`
}

// ChannelShare is a channel and its share in proportion to the others of its rule: 60 and 40, or 2 and 1.
type ChannelShare struct {
	Channel Channel
	Share   int64
}

// ChannelRule says who bears what of money approved from a day on, for organisations of one district or for all others.
type ChannelRule struct {
	From     Date   // of the approval; zero: from the start
	District string // as registrations say it; empty: every district without a rule of its own
	Shares   []ChannelShare
}

// ChannelSplit divides money between channels. The zero value gives all of it to the city.
type ChannelSplit struct{ rules []ChannelRule }

// NewChannelSplit checks rules and puts them in the order of their days. Whatever the day and the district, some rule must apply.
func NewChannelSplit(rules []ChannelRule) (ChannelSplit, error) {
	seen := map[ruleKey]bool{}
	for _, r := range rules {
		key := ruleKey{r.From, r.District}
		if seen[key] {
			return ChannelSplit{}, fmt.Errorf("分担比例：%s自%s起写了两次", r.where(), r.since())
		}
		seen[key] = true
		if len(r.Shares) == 0 {
			return ChannelSplit{}, fmt.Errorf("分担比例：%s自%s起没有写由谁分担", r.where(), r.since())
		}
		sum, who := int64(0), map[Channel]bool{}
		for _, s := range r.Shares {
			if s.Share < 0 || s.Share > 1_000_000 || who[s.Channel] {
				return ChannelSplit{}, fmt.Errorf("分担比例：%s自%s起，%s 的份额 %d 有误", r.where(), r.since(), s.Channel, s.Share)
			}
			who[s.Channel] = true
			sum += s.Share
		}
		if sum == 0 {
			return ChannelSplit{}, fmt.Errorf("分担比例：%s自%s起，各方的份额都是零", r.where(), r.since())
		}
	}
	if len(rules) > 0 && !seen[ruleKey{}] {
		return ChannelSplit{}, fmt.Errorf("分担比例：须有一条不写区县、不写起始日的规则，适用于其余情形")
	}
	s := ChannelSplit{slices.Clone(rules)}
	slices.SortStableFunc(s.rules, func(a, b ChannelRule) int { return int(a.From) - int(b.From) })
	return s, nil
}

// ruleKey is what makes a rule one of a kind.
type ruleKey struct {
	from     Date
	district string
}

func (r ChannelRule) where() string {
	if r.District == "" {
		return "全部区县"
	}
	return r.District
}

func (r ChannelRule) since() string {
	if r.From == 0 {
		return "施行"
	}
	return r.From.Text()
}

// Configured reports whether anybody has said who bears what.
func (s ChannelSplit) Configured() bool { return len(s.rules) > 0 }

// Parts divides a sum that was approved on a day for an organisation of a district. Every part but the last is cut down to the fen, the last
// takes the remainder: the parts always sum to the amount. Parts of nothing are left out; of nothing there are no parts.
func (s ChannelSplit) Parts(amount Fen, district string, approved Date) []ChannelPart {
	if amount == 0 {
		return nil
	}
	shares := []ChannelShare{{CityChannel, 1}}
	own := slices.ContainsFunc(s.rules, func(r ChannelRule) bool { return r.District == district && r.From <= approved && district != "" })
	for _, r := range s.rules {
		if r.From <= approved && (r.District == district && own || r.District == "" && !own) {
			shares = r.Shares
		}
	}
	sum := int64(0)
	for _, sh := range shares {
		sum += sh.Share
	}
	var parts []ChannelPart
	rest := amount
	for i, sh := range shares {
		part := amount/Fen(sum)*Fen(sh.Share) + amount%Fen(sum)*Fen(sh.Share)/Fen(sum) // in two steps, so that large amounts do not overflow
		if i == len(shares)-1 {
			part = rest
		}
		rest -= part
		if part != 0 {
			parts = append(parts, ChannelPart{sh.Channel, part})
		}
	}
	return parts
}

// Channels are all that may bear something, in the order in which they are first named.
func (s ChannelSplit) Channels() []Channel {
	var list []Channel
	for _, r := range s.rules {
		for _, sh := range r.Shares {
			if sh.Share > 0 && !slices.Contains(list, sh.Channel) {
				list = append(list, sh.Channel)
			}
		}
	}
	if list == nil {
		return []Channel{CityChannel}
	}
	return list
}
