package models

import (
	"slices"

	"duixian/policy"
	"duixian/secret"
)

// Person is somebody whose insurance or hiring was reported. The identity number and the name are encrypted; IDMAC, by
// which equal numbers find each other, says nothing without the keyset.
type Person struct {
	ID      int64
	IDMAC   string `gorm:"column:id_mac"`
	IDEnc   []byte `gorm:"column:id_enc"`
	NameEnc []byte `gorm:"column:name_enc"`
	KnownOn policy.Date
}

// TableName is the table of persons.
func (Person) TableName() string { return "people" }

// PersonMAC is the join key of an identity number.
func (c *Cipher) PersonMAC(id secret.Text) (string, error) { return c.MAC("people.id", id) }

// NewPerson hides an identity number and a name. The number must have been checked and normalised.
func (c *Cipher) NewPerson(id, name secret.Text, known policy.Date) (Person, error) {
	p := Person{KnownOn: known}
	var err error
	if p.IDMAC, err = c.PersonMAC(id); err != nil {
		return p, err
	}
	if p.IDEnc, err = c.Encrypt("people.id", id); err != nil {
		return p, err
	}
	p.NameEnc, err = c.Encrypt("people.name", name)
	return p, err
}

// PersonName reveals a name, empty when nobody said it.
func (q Query) PersonName(p Person) (secret.Text, error) {
	return q.cipher.Decrypt("people.name", p.NameEnc)
}

// PersonNumber reveals an identity number. Every use is for the eyes of an official who asked for it.
func (q Query) PersonNumber(p Person) (secret.Text, error) {
	return q.cipher.Decrypt("people.id", p.IDEnc)
}

// Person reads one person.
func (q Query) Person(id int64) (Person, error) { return one[Person](q.db.Where("id = ?", id)) }

// PeopleByMAC reads persons by join key into a map; keys nobody has are missing from it.
func (q Query) PeopleByMAC(macs []string) (map[string]Person, error) {
	m := make(map[string]Person, len(macs))
	for part := range slices.Chunk(macs, 500) {
		rows, err := find[Person](q.db.Where("id_mac IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			m[p.IDMAC] = p
		}
	}
	return m, nil
}

// AddPeople writes new persons and gives them their numbers.
func (tx *Tx) AddPeople(rows []Person) error {
	id, err := tx.reserve("people", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return insert(tx.db, rows)
}

// NamePerson writes a name that was not said before.
func (tx *Tx) NamePerson(id int64, name secret.Text) error {
	b, err := tx.cipher.Encrypt("people.name", name)
	if err != nil {
		return err
	}
	return readable(tx.db.Exec("UPDATE people SET name_enc = ? WHERE id = ?", b, id).Error)
}
