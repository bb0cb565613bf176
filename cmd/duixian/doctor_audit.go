package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"duixian/jobs"
	"duixian/models"
)

// anchors shows the newest anchor of the audit chain and the public key that people outside must hold.
func (d *doctor) anchors(q models.Query) error {
	a, err := q.NewestAnchor()
	if models.CodeOf(err) == models.NotFound {
		d.say("审计锚", stateWarn, "还没有生成过", "服务每天 6:30 生成；也可以运行 duixian job run audit-anchor --as 成员编号")
		return nil
	}
	if err != nil {
		return err
	}
	age := d.program.now().Sub(a.At.Time())
	detail := fmt.Sprintf("%s %s，%s前生成", a.Day.Text(), a.Short, jobs.Spell(age))
	if age > jobs.AnchorLate {
		d.say("审计锚", stateWarn, detail+"，超过两天没有新的", "duixian job history audit-anchor")
		return nil
	}
	d.say("审计锚", stateOK, detail, "")
	return nil
}

// anchorKey looks at the key that signs the anchors.
func (d *doctor) anchorKey() {
	name := d.config.Audit.KeyFile
	if d.config.Audit.key == "" {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			d.say("锚签名密钥", stateWarn, name+" 还不存在", "首次启动时自动生成；若曾有过，请从备份恢复")
			return
		case err != nil:
			d.say("锚签名密钥", stateBad, err.Error(), "核对 audit.key_file")
			return
		case info.Mode().Perm()&0o077 != 0:
			d.say("锚签名密钥", stateBad, fmt.Sprintf("%s 的权限为 %04o，其他用户可以读写", name, info.Mode().Perm()), "chmod 600 "+name)
			return
		}
	}
	key, err := models.LoadAnchorKey(name, d.config.Audit.key)
	if err != nil {
		d.say("锚签名密钥", stateBad, err.Error(), "核对 audit.key_file 或环境变量 "+envAnchor)
		return
	}
	d.say("锚签名密钥", stateOK, "公钥 "+key.Public()+"（交给保管审计锚的人）", "")
}
