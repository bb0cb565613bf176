package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"duixian/dingtalk/sim"
)

type simOptions struct {
	listen, url, organisation, webhook string
	hosts                              []string
	seed                               uint64
	example                            bool
}

func simCommand(p *program) *cobra.Command {
	o := simOptions{listen: "127.0.0.1:8686", seed: 1}
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "A local DingTalk for any bot: the same wire, with the phones in the browser",
		Long: `Serves DingTalk's API (both hosts), its stream gateway and a page on which several people chat with your bot. Prints the
app key and secret to connect with. Nothing leaves this machine and nothing is kept after it stops.

The organisation has three colleagues and a group unless a file says otherwise; --example prints that file to begin with.`,
		Example: `  duixian sim
  duixian sim --webhook http://127.0.0.1:9000/robot      messages are posted there instead of streamed
  duixian sim --example > org.yaml && duixian sim --organisation org.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.sim(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", o.listen, "address of the API and the page; keep it on a loopback address")
	f.StringVar(&o.url, "url", "", "where bots reach it, if that is not the listening address: http://sim:8686")
	f.StringVar(&o.organisation, "organisation", "", "people, groups, apps and limits: a YAML or JSON file")
	f.StringVar(&o.webhook, "webhook", "", "post messages for the first app to this URL (HTTP mode) instead of streaming them")
	f.StringArrayVar(&o.hosts, "allow-host", nil, "a name, beside localhost, by which browsers may reach the page")
	f.Uint64Var(&o.seed, "seed", o.seed, "of all identifiers and of the credentials")
	f.BoolVar(&o.example, "example", false, "print the organisation file of the defaults and stop")
	return cmd
}

func (p *program) sim(ctx context.Context, o simOptions) error {
	if o.example {
		return p.simExample()
	}
	config := sim.Defaults()
	if o.organisation != "" {
		data, err := os.ReadFile(o.organisation)
		if err != nil {
			return misuse("--organisation: %v", err)
		}
		if config, err = sim.ReadConfig(data); err != nil {
			return misuse("--organisation %s: %v", o.organisation, err)
		}
	}
	if len(config.Apps) == 0 {
		return misuse("--organisation %s: apps is empty: there is no robot to talk to", o.organisation)
	}
	if o.webhook != "" {
		config.Apps[0].Webhook = o.webhook
	}
	s, err := sim.New(sim.Options{Config: config, Seed: o.seed, Now: p.wall, URL: o.url, Hosts: o.hosts})
	if err != nil {
		return misuse("%v", err)
	}
	url, err := s.Listen(ctx, o.listen)
	if err != nil {
		return errors.Join(fmt.Errorf("本地钉钉：%w；换一个端口：duixian sim --listen 127.0.0.1:0", err), s.Close())
	}
	p.simStarted(s, url, len(config.Apps))
	<-ctx.Done()
	return s.Close()
}

// simStarted prints how to connect. The secret is one of the simulator's own; it opens nothing else.
func (p *program) simStarted(s *sim.Sim, url string, apps int) {
	lines(p.out, "本地钉钉已启动，请在浏览器打开：%s\n", url)
	for i := range apps {
		a := s.App(i)
		mode := "Stream"
		if a.Webhook != "" {
			mode = "HTTP 回调 " + a.Webhook
		}
		lines(p.out, `%s（%s）
  Client ID      %s
  Client Secret  %s
  robotCode      %s
  AgentId        %d
`, a.Name, mode, a.ClientID, a.ClientSecret.Reveal(), a.RobotCode, a.AgentID)
	}
	for _, g := range s.Conversations() {
		for _, h := range s.Hooks(g.ID) {
			lines(p.out, "群机器人 %s/%s\n  %s/robot/send?access_token=%s\n", g.Title, h.Name, url, h.Token)
		}
	}
	lines(p.out, `让机器人程序连到这里：

  Go      client.WithOpenApiHost("%[1]s")
  Python  export DINGTALK_OPENAPI_ENDPOINT=%[1]s
  其他    把 https://api.dingtalk.com 和 https://oapi.dingtalk.com 都换成 %[1]s

按 Ctrl-C 停止。`, url)
}

func (p *program) simExample() error {
	text, err := yaml.MarshalWithOptions(sim.Defaults(), yaml.OmitEmpty(), yaml.Indent(2), yaml.IndentSequence(true))
	if err == nil {
		_, err = fmt.Fprintf(p.out, "# 本地钉钉的组织：duixian sim --organisation 这个文件\n%s", text)
	}
	return err
}
