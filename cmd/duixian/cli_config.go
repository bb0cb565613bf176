package main

import (
	_ "embed" // the example
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// configExample shows every key with its default; tests keep it true.
//
//go:embed config_example.yaml
var configExample string

func configCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "config", Short: "Show an example configuration, or check one"},
		&cobra.Command{
			Use:   "example",
			Short: "Print a configuration file with every key explained",
			Args:  cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := io.WriteString(p.out, configExample)
				return err
			},
		},
		&cobra.Command{
			Use:   "check [FILE]",
			Short: "Check a configuration file and what it points to",
			Args:  cobra.MaximumNArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				if len(args) == 1 {
					p.configFile = args[0]
				}
				c, err := p.loadConfig()
				if err != nil {
					return err
				}
				if _, err := c.rules(); err != nil {
					return err
				}
				if c.file.name == "" {
					_, err = fmt.Fprintln(p.out, "没有配置文件，使用内置默认配置")
				} else {
					_, err = fmt.Fprintf(p.out, "配置文件 %s 没有问题\n", c.file.name)
				}
				return err
			},
		},
	)
}
