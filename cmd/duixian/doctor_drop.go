package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// dropDir looks at the folder of other offices: the job can only work when it may make folders and move files there.
func (d *doctor) dropDir() {
	const name = "收件文件夹"
	dir := d.config.Import.DropDir
	if dir == "" {
		return
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.say(name, stateBad, dir+" 不存在", "新建或挂载该文件夹，或核对 import.drop_dir")
		return
	case err != nil:
		d.say(name, stateBad, err.Error(), "核对 import.drop_dir 和权限")
		return
	case !info.IsDir():
		d.say(name, stateBad, dir+" 不是文件夹", "核对 import.drop_dir")
		return
	}
	probe, err := os.MkdirTemp(dir, ".duixian-")
	if err != nil {
		d.say(name, stateBad, fmt.Sprintf("%s 不能写：%v", dir, err), "给程序的用户写权限：收完的文件要移到 done、refused 和 submit")
		return
	}
	if err := os.Remove(probe); err != nil {
		d.say(name, stateBad, fmt.Sprintf("%s 不能删：%v", dir, err), "给程序的用户写权限")
		return
	}
	if info.Mode().Perm()&0o007 != 0 {
		d.say(name, stateWarn, fmt.Sprintf("%s 的权限为 %04o，所有用户都能进入", dir, info.Mode().Perm()), "里面有身份证号，请改为 0770，只让程序和交文件的用户进入")
		return
	}
	kept := fmt.Sprintf("%s，收完的文件保留 %d 天", dir, d.config.Import.DropKeepDays)
	if d.config.Import.DropKeepDays == 0 {
		kept = dir + "，收完的文件不会自动删除"
	}
	d.say(name, stateOK, kept, "")
}
