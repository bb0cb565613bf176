package main

import "strings"

// The kinds of facts, as the files name them.
const (
	starRating       = "星级评定"
	headquartersKind = "总部落户"
	hightech         = "高新技术企业"
	top100           = "全省百强"
	specialty        = "单项十强"
	integrity        = "诚信示范机构"
	backbone         = "骨干企业评选"
	honest           = "诚信企业评选"
	elite            = "引才精英评选"
	contest          = "创新大赛"
	landingKind      = "项目落地"
	park             = "产业园认定"
	exportBase       = "出口示范基地"
	contribution     = "地方综合贡献"
	associationKind  = "协会经费"
	external         = "其他政策奖补"
	eventKind        = "活动"
	boothKind        = "展位"
)

// candidates are the items that a fact may feed, in the order of the catalogue, less those that its attributes exclude.
func candidates(kind string, l line) []string {
	pick := func(column string, choice map[string]string) []string {
		if id := choice[l[column]]; id != "" {
			return []string{id}
		}
		return nil
	}
	switch kind {
	case headquartersKind:
		return []string{"hq-settle-global500", "hq-settle-china500", "hq-settle-service500"}
	case hightech:
		return []string{"hightech-first"}
	case top100:
		return []string{"province-top100-first"}
	case specialty:
		return []string{"specialty-top10-first"}
	case integrity:
		return pick("级别", map[string]string{"省级": "integrity-demo-provincial", "国家级": "integrity-demo-national"})
	case backbone:
		return []string{"backbone-firm"}
	case honest:
		return []string{"integrity-firm"}
	case elite:
		return []string{"recruit-elite"}
	case contest:
		return []string{"innovation-award"}
	case landingKind:
		return []string{"innovation-landing"}
	case park:
		return pick("级别", map[string]string{"市级": "park-station", "省级": "park-new-provincial", "国家级": "park-new-national"})
	case exportBase:
		return pick("级别", map[string]string{"国家级": "export-base-national", "省级": "export-base-provincial"})
	case contribution:
		return pick("贡献类别", map[string]string{"总部": "hq-contribution-rebate", "园区": "park-resident-rebate"})
	case associationKind:
		return []string{"association-annual"}
	case external:
		return pick("对应事项", map[string]string{
			"上市奖励": "listing-referral", "专精特新奖励": "sme-title-referral", "人才计划奖励": "talent-programme-referral",
			"零工市场补助": "gig-market-referral", "就业创业补贴": "employment-services-referral",
		})
	case eventKind:
		return []string{"event-host-tier1", "event-host-tier2"}
	case boothKind:
		return []string{map[bool]string{false: "expo-booth-domestic", true: "expo-booth-overseas"}[l.yes("境外", false)]}
	}
	return nil
}

// factDay is the date of a fact for the rules: of headquarters the day on which the list and the full year were both there.
func factDay(kind string, l line) day {
	d := l.day("日期")
	if kind == headquartersKind && l["正常运营起始日"] != "" {
		d = max(d, l.day("正常运营起始日").addYears(1))
	}
	return d
}

// nominalYear is 年度, else the year of the fact.
func nominalYear(l line) int {
	if l["年度"] != "" {
		return l.whole("年度")
	}
	return l.day("日期").year()
}

// attributes fills in what the fact itself says; what it leaves out takes the default of the policy's fact table.
func attributes(f *facts, kind string, l line) {
	f.first = l.yes("首次", true)
	f.rank = l.whole("名次")
	if f.rank == none {
		f.rank = 1
	}
	f.year = nominalYear(l)
	f.selected = l.yes("入选", true)
	f.objection = l.yes("异议成立", false)
	f.projects = 1
	if l["项目数"] != "" {
		f.projects = l.whole("项目数")
	}
	f.recognised = l.yes("认定", true)
	f.decided = l.yuan("核定金额（元）")
	f.winner, f.landed, f.evaluated = l.yes("获奖", true), l.yes("已落地", true), l.yes("评估通过", true)
	f.external = l.yuan("外部奖补金额（元）")
	f.contribution = l.yuan("地方综合贡献（元）")
	f.rate = l.number("返还比例（%）", 6)
	f.organisations, f.attendance = l.whole("参加企业数"), l.whole("参加人数")
	f.inCity, f.keyIndustry = l.yes("市内举办", true), l.yes("重点产业", true)
	f.fee = l.yuan("展位费（元）")
	f.organiserOK = l["主办单位"] == "" || l["主办单位"] == "国家人社部门" || l["主办单位"] == "省人社部门"
	f.hqLegalPerson = l.yes("总部独立法人", true)
	f.operatingSince = l.day("正常运营起始日")
	for list := range strings.SplitSeq(l["榜单"], "、") {
		f.global500 = f.global500 || list == "世界500强"
		f.china500 = f.china500 || list == "中国500强"
		f.service500 = f.service500 || list == "中国服务业500强"
	}
}
