package main

import (
	"cmp"
	"os"

	"duixian/jobs"
	"duixian/policy"
)

// StarConfig says how often and on which days of a year firms are rated, and by which model. Without a first year there are no ratings here: stars come
// in by files alone.
type StarConfig struct {
	FirstYear     int    `yaml:"first_year"`
	EveryYears    int    `yaml:"every_years"`
	Cutoff        string `yaml:"cutoff"`
	Opens         string `yaml:"opens"`
	DataBy        string `yaml:"data_by"`
	PublicityFrom string `yaml:"publicity_from"`
	ConfirmBy     string `yaml:"confirm_by"`
	ModelFile     string `yaml:"model_file"`
}

var defaultStar = StarConfig{EveryYears: 2, Cutoff: "04-01", Opens: "04-01", DataBy: "05-31", PublicityFrom: "07-01", ConfirmBy: "07-31"} // as policy.DefaultRhythm

// rhythm is when rounds are held, as the jobs take it.
func (c StarConfig) rhythm(bad func(key, format string, args ...any)) policy.Rhythm {
	r := policy.Rhythm{Every: c.EveryYears, FirstYear: c.FirstYear}
	for _, d := range []struct {
		key, text string
		into      *int
	}{
		{"star.cutoff", c.Cutoff, &r.Cutoff},
		{"star.opens", c.Opens, &r.Opens},
		{"star.data_by", c.DataBy, &r.DataBy},
		{"star.publicity_from", c.PublicityFrom, &r.PublicityFrom},
		{"star.confirm_by", c.ConfirmBy, &r.ConfirmBy},
	} {
		day, err := policy.ParseMonthDay(d.text)
		if err != nil {
			bad(d.key, "%v", err)
		}
		*d.into = day
	}
	return r
}

func (c StarConfig) check(bad func(key, format string, args ...any)) {
	wrong := false
	r := c.rhythm(func(key, format string, args ...any) { wrong = true; bad(key, format, args...) })
	if wrong {
		return
	}
	if err := r.Check(); err != nil {
		bad("star.first_year", "%v", err)
	}
}

// stars are the ratings as the jobs take them.
func (c *Config) stars() (jobs.Stars, error) {
	s := jobs.Stars{Rhythm: c.Star.rhythm(func(string, string, ...any) {})}
	var err error
	switch info, missing := os.Stat(c.Policy.Book); {
	case c.Star.ModelFile != "":
		var data []byte
		if data, err = os.ReadFile(c.Star.ModelFile); err == nil {
			s.Model, err = policy.ParseStarModel(data)
		}
	case missing == nil && info.IsDir():
		s.Model, err = policy.LoadStarModel(os.DirFS(c.Policy.Book))
	}
	if err != nil {
		return s, c.file.errorOf([]problem{{cmp.Or(map[bool]string{true: "policy.book"}[c.Star.ModelFile == ""], "star.model_file"), err.Error()}})
	}
	return s, nil
}
