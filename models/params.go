package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Value writes the parameters as canonical JSON: equal parameters are equal text.
func (p Params) Value() (driver.Value, error) {
	if p == nil {
		return "{}", nil
	}
	b, err := Canonical(p)
	return string(b), err
}

// Scan reads what Value wrote.
func (p *Params) Scan(v any) error {
	var b []byte
	switch v := v.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("models: parameters stored as %T", v)
	}
	clear(*p)
	return json.Unmarshal(b, p)
}
