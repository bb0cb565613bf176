// Package sample invents a whole bureau from a seed: firms, officials, enterprises, recruits, insurance months, facts.
// Nothing in it exists. Names say 示例, credit codes have the body YL…, identity numbers use sequence numbers that are
// reserved for centenarians while the birthdays are those of young people; all check digits are right, so the files pass
// the same checks as real ones. The same options give the same bytes.
//
// # What every file has in common
//
// One file per kind, named KIND.csv (UTF-8 with byte order mark, comma, one header line) or KIND.xlsx (same cells, all
// text). Days are written 2024-06-30, months 2024-06, yes and no 是 and 否, money in yuan with two decimals. An empty cell
// means "not said". A firm is named by its 统一社会信用代码; 机构名称 beside it is for people.
//
// 报送日期 is the last column of every file: the day on which the bureau learnt what the row says (known-on). A job for
// the business day D must read only rows with 报送日期 <= D. Of several rows of one thing (the key given below) the one with the
// greatest 报送日期 <= D is the truth; the earlier ones are history. Rows are never taken back in any other way.
//
// # firms: 机构名称 统一社会信用代码 区县 机构类型 许可或备案 许可证号 许可有效期至 独立法人 经营状态 生效日期 报送日期
//
// Key: code and 生效日期. A firm may have several rows: of those known by D, the one with the greatest 生效日期 <= the day
// asked about holds.
//
//   - 区县: 婺城区, 金东区 and 金华开发区 are the urban area (市区); any other name is a county outside it.
//   - 机构类型: 企业, 创业服务机构 (needs no licence to host events), 园区运营方, 基地运营方, 协会, 市场运营方, 个人. A 个人 has no credit
//     code; the column then holds GR and eight digits, a number the bureau gives.
//   - 许可或备案: 许可, 备案 or 无. The first two mean "licensed"; 许可证号 is then filled. 许可有效期至 is empty for a 备案.
//   - 独立法人: 否 is a branch (分公司).
//   - 经营状态: 正常, or 异常 / 注销 (not operating normally).
//
// # members: 成员编号 姓名 角色 统一社会信用代码 机构名称 钉钉账号 状态 生效日期 报送日期
//
// Key: 成员编号, 角色 and code. 角色: 经办 (clerk), 复核 (approver), 财务 (treasurer), 运维 (operator), 监督 (auditor), 企业联系人 (contact; only
// then code and name of the firm are filled). 状态: 在用 or 停用. The first two rows are one clerk and one approver.
//
// # key-enterprises: 企业名称 统一社会信用代码 产业 名单批次 列入日期 移出日期 报送日期
//
// The dated list of enterprises of the key industries (“2+4+X”). Key: code and 列入日期. Listed from 列入日期 up to, not
// including, 移出日期; an empty 移出日期 is open. A removal is a second row with the same 列入日期.
//
// # recruits: 引进机构名称 引进机构代码 用人单位名称 用人单位代码 姓名 证件号码 人才类别 学历或技能等级 入职日期 已享受其他奖补 报送日期
//
// One row: the agency brought this person to this client, hired on 入职日期; the hiring year is its year. Key: agency code,
// client code, 证件号码 and 入职日期. 人才类别: 大学生, 高技能人才, 其他. 已享受其他奖补: 是 means paid under another policy. A person may be reported by
// two agencies (a duplicate; the earlier 入职日期 counts, then the earlier 报送日期, then the smaller agency code).
//
// # insurance: 单位名称 单位代码 姓名 证件号码 险种 缴费年月 状态 到账月份 报送日期
//
// One row says one thing about one person, one payer (单位) and one month (缴费年月), 险种 always 企业职工基本养老保险. Rows are in the
// order of 报送日期. Month m of a payer that reports in time has 报送日期 on the 15th of m+1; one late payer reports on the 15th of m+4.
//
//   - 状态 正常: insured in that month, posted in 到账月份 (here always the month itself).
//   - 状态 补缴: insured in that month, but the money came in 到账月份. Posted late means 到账月份 is more than one month after 缴费年月.
//   - 状态 撤销: a month said before is taken back: not insured. 到账月份 is empty.
//   - 状态 无参保人员: the payer had nobody insured in that month; 姓名, 证件号码, 险种 and 到账月份 are empty.
//
// A month of a payer is known from the earliest 报送日期 of any row of that payer and month. Absent from a known month is
// "not insured"; a month that is not known is neither insured nor a gap. Some persons are no recruits.
//
// # listings: 机构名称 统一社会信用代码 名单 列入事由 认定单位 文号 列入日期 移出日期 报送日期
//
// Key: code, 名单 and 列入日期. 名单: 严重失信主体名单 (bars while on it), 经营异常名录, 行政处罚 (neither bars). On the list from 列入日期 up to,
// not including, 移出日期. A removal is a second row with the same 列入日期, known later.
//
// # facts: 机构名称 统一社会信用代码 类别 编号 日期, then one column per attribute, then 来源 报送日期
//
// Key: code, 类别 and 编号. 日期 is the day on which the fact is true (recognition, publication, confirmation). A column that the
// kind does not use is empty. 类别 and what it uses:
//
//   - 星级评定 (star-rating): 年度, 星级 (0 to 5, 0 = 无星). 编号 = 年度. In force from 日期 until the next rating. A firm without any row was never rated.
//   - 总部落户 (headquarters): 榜单 (世界500强, 中国500强, 中国服务业500强; several joined by 、), 集团名称, 正常运营起始日, 总部独立法人. 日期 = the day on the list.
//   - 高新技术企业 (hightech): 首次.
//   - 全省百强 (top100): 年度, 名次, 首次.
//   - 单项十强 (specialty): 年度, 榜单 (猎头, 派遣, 服务外包, 网络招聘, 测评, 培训, 管理咨询), 名次, 首次.
//   - 诚信示范机构 (integrity-demo): 级别 (省级, 国家级), 首次.
//   - 骨干企业评选, 诚信企业评选, 引才精英评选 (selection-backbone, -integrity, -elite): 年度 (the nominal year of the round), 名次, 入选, 异议成立. 编号 = 年度.
//   - 创新大赛 (contest): 年度, 名次 (of several projects the lowest placed), 项目数, 入选, 异议成立. 编号 = 年度.
//   - 项目落地 (landing): 项目名称, 获奖, 已落地, 评估通过.
//   - 产业园认定 (park): 级别 (市级, 省级, 国家级), 首次, 认定, and for 市级 perhaps 核定金额（元） (the 建站 award that officials decided).
//   - 出口示范基地 (export-base): 级别, 认定.
//   - 地方综合贡献 (contribution): 贡献类别 (总部, 园区), 年度, 第几年 (1 = first year that counts), 地方综合贡献（元）, 返还比例（%） (empty: not yet decided).
//   - 协会经费 (association): 年度, 核定金额（元） (empty: not yet decided).
//   - 年度报告公示 (annual-report): 年度 (the year reported on, earlier than 日期). 编号 = 年度, whatever is written there. It ends the reminders of that year; no
//     row of the sample says it.
//   - 其他政策奖补 (external): 对应事项 (上市奖励 = listing-referral, 专精特新奖励 = sme-title-referral, 人才计划奖励 = talent-programme-referral, 零工市场补助 =
//     gig-market-referral, 就业创业补贴 = employment-services-referral), 外部奖补金额（元） (empty: not known).
//
// # events: 机构名称 统一社会信用代码 类别 编号 名称 日期 参加企业数 参加人数 市内举办 重点产业 核定金额（元） 境外 展位费（元） 主办单位 报送日期
//
// Key: code, 类别 and 编号. 类别 活动 (event): 参加企业数, 参加人数, 市内举办, 重点产业, perhaps 核定金额（元）. 类别 展位 (booth): 境外, 展位费（元）, 主办单位
// (国家人社部门, 省人社部门, or any other text).
//
// # park-assessments: 机构名称 统一社会信用代码 园区名称 年度 考核日期 完成入园指标 市级园区 报送日期
//
// Key: code (of the resident firm), 园区名称 and 年度.
//
// # annual-reports, contributions, credit
//
// What the firm says of a year, what finance or tax says, and what the credit office says; whether or not the seed lets one of them forget it. Key: code and
// 年度. The years are those from 2023 to 2027, and on as long as the insurance months go: all that the ratings of 2024, 2026 and 2028 are about. They are known by
// the end of May of the year after.
//
// # nominees: 评选 评选年度 候选编号 姓名 证件号码 区县 引才成效人数 推荐理由 报送日期
//
// Who is proposed as 引才精英 in 2024, 2026 and 2028. Key: 评选, 评选年度 and 候选编号, which is the number of a 个人 in firms.
//
// # jury-scores: 评选 评选年度 评委编号 候选编号 利害关系 评分 报送日期
//
// The experts of 2026 and 2028. Key: 评选, 评选年度, 评委编号 and 候选编号. A row without 候选编号 appoints the expert. 利害关系: 无, or 回避 (stands aside, no 评分).
package sample
