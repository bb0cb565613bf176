package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

// doctor goes through all that can keep the program from working, without changing anything.
type doctor struct {
	program *program
	config  Config
	found   []symptom

	fingerprint string // of the keyset that alone opens the personal data of the database; empty: there are none
}

func (d *doctor) say(name, state, detail, advice string) {
	d.found = append(d.found, symptom{name, state, detail, advice})
}

func (d *doctor) examine(ctx context.Context) {
	d.configuration()
	d.law()
	d.disk()
	d.dropDir()
	d.database(ctx)
	d.keyset()
	d.anchorKey()
}

func (d *doctor) configuration() {
	if file := d.config.file.name; file == "" {
		d.say("配置", stateOK, "没有配置文件，使用内置默认配置", "")
	} else {
		d.say("配置", stateOK, file, "")
	}
	known := []string{envConfig, envDSN, envDingTalkSecret, envAnchor}
	for _, code := range slices.Sorted(maps.Keys(d.config.Notices.GroupRobots)) {
		if env := d.config.Notices.GroupRobots[code].Env; env != "" {
			known = append(known, env)
		}
	}
	for _, entry := range d.program.environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "DUIXIAN_") && !slices.Contains(known, name) && !strings.HasPrefix(name, "DUIXIAN_TEST_") {
			d.say("环境变量", stateWarn, "程序不读 "+name, "可用的只有 "+strings.Join(known, "、"))
		}
	}
}

// law looks at the policy, its first day and the working days of this year and, in December, of the next.
func (d *doctor) law() {
	r, err := d.config.rules()
	if err != nil {
		d.say("政策", stateBad, err.Error(), "duixian config check")
		return
	}
	detail := []string{r.Book.Version}
	for _, id := range slices.Sorted(maps.Keys(r.Book.Chosen())) {
		detail = append(detail, id+"="+r.Book.Option(id))
	}
	d.say("政策", stateOK, strings.Join(detail, "，"), "")
	if r.EffectiveFrom == 0 {
		d.say("政策起始日", stateWarn, "没有设置，只能测算和模拟，不能审核和拨付", "施行日期公布后在配置中填写 policy.effective_from")
	} else {
		from, to := r.Book.Validity(r.EffectiveFrom)
		d.say("政策起始日", stateOK, from.Text()+"至"+to.Text(), "")
	}
	today := policy.DateOf(d.program.now())
	last := r.Calendar.LastKnown()
	const advice = "国务院办公厅通知公布后更新程序，或用 calendar_file 提供工作日历"
	switch {
	case !r.Calendar.Known(today.Year()):
		d.say("工作日历", stateBad, fmt.Sprintf("%d年的放假调休安排尚未收录", today.Year()), advice)
	case today.Month() == policy.NewMonth(today.Year(), time.December) && !r.Calendar.Known(today.Year()+1):
		d.say("工作日历", stateWarn, fmt.Sprintf("%d年的放假调休安排尚未收录", today.Year()+1), advice)
	default:
		d.say("工作日历", stateOK, "收录至"+last.Text(), "")
	}
}

func (d *doctor) disk() {
	const low, empty = 1 << 30, 100 << 20
	free, err := freeBytes(existing(d.config.DataDir))
	text := fmt.Sprintf("%s 所在磁盘剩余 %.1f GB", d.config.DataDir, float64(free)/1e9)
	switch {
	case err != nil:
		d.say("磁盘", stateBad, err.Error(), "核对 data_dir")
	case free < empty:
		d.say("磁盘", stateBad, text, "请腾出空间：空间用尽时所有写入都会被拒绝")
	case free < low:
		d.say("磁盘", stateWarn, text, "请腾出空间")
	default:
		d.say("磁盘", stateOK, text, "")
	}
}

// existing is the folder, or the nearest one above it: it may not be there yet.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func (d *doctor) keyset() {
	name := d.config.KeysetFile
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.fingerprint != "":
		d.say("密钥文件", stateBad, name+" 不存在，而数据库里的个人信息是用它加密的", "请从备份恢复该文件，不要新建")
	case errors.Is(err, fs.ErrNotExist):
		d.say("密钥文件", stateWarn, name+" 还不存在", "新数据库首次启动时自动生成")
	case err != nil:
		d.say("密钥文件", stateBad, err.Error(), "核对 keyset_file")
	case info.Mode().Perm()&0o077 != 0:
		d.say("密钥文件", stateBad, fmt.Sprintf("%s 的权限为 %04o，其他用户可以读写", name, info.Mode().Perm()), "chmod 600 "+name)
	default:
		if err := models.CheckKeyset(name, d.fingerprint); err != nil {
			d.say("密钥文件", stateBad, strings.TrimPrefix(err.Error(), "密钥文件 "), "核对 keyset_file；密钥与数据库须来自同一套安装或同一次备份，不要新建密钥")
			return
		}
		d.say("密钥文件", stateOK, name, "")
	}
}
