package anomalies

import "strings"

// rowWords are the rows of the form in few words, without the numbering of the form: every number in a sentence is a printed one.
var rowWords = map[string][2]string{
	"regulation":               {"regulations", "规章"},
	"normative_document":       {"normative documents", "行政规范性文件"},
	"licensing":                {"licensing", "行政许可"},
	"other_services":           {"other services", "其他对外管理服务事项"},
	"punishment":               {"punishments", "行政处罚"},
	"coercion":                 {"coercive measures", "行政强制"},
	"fees":                     {"fees", "行政事业性收费"},
	"procurement":              {"procurement", "政府集中采购"},
	"received":                 {"requests received", "本年新收申请"},
	"carried_in":               {"requests carried in", "上年结转申请"},
	"granted":                  {"granted", "予以公开"},
	"partly_granted":           {"partly granted", "部分公开"},
	"refused_state_secret":     {"refused as state secrets", "属于国家秘密不予公开"},
	"refused_other_law":        {"refused because another law forbids it", "其他法律行政法规禁止公开"},
	"refused_three_safeties":   {"refused for safety and stability", "危及安全稳定不予公开"},
	"refused_third_party":      {"refused to protect third parties", "保护第三方合法权益不予公开"},
	"refused_internal":         {"refused as internal affairs", "属于内部事务信息不予公开"},
	"refused_process":          {"refused as information of the process", "属于过程性信息不予公开"},
	"refused_enforcement_file": {"refused as enforcement files", "属于行政执法案卷不予公开"},
	"refused_inquiry":          {"refused as administrative inquiries", "属于行政查询事项不予公开"},
	"unavailable_not_held":     {"answered as not held", "本机关不掌握"},
	"unavailable_not_compiled": {"answered as to be compiled first", "没有现成信息需要另行制作"},
	"unavailable_unclear":      {"left as unclear after correction", "补正后申请内容仍不明确"},
	"rejected_petition":        {"rejected as petitions", "信访举报投诉类申请不予处理"},
	"rejected_repeat":          {"rejected as repeated", "重复申请不予处理"},
	"rejected_publication":     {"rejected as asking for publications", "要求提供公开出版物不予处理"},
	"rejected_abusive":         {"rejected as abusive", "无正当理由大量反复申请不予处理"},
	"rejected_reissue":         {"rejected as asking for a confirmation", "要求确认或重新出具不予处理"},
	"closed_not_corrected":     {"closed because the applicant did not correct them", "逾期不补正不再处理"},
	"closed_fee_unpaid":        {"closed because the fee was not paid", "逾期未缴费不再处理"},
	"closed_other":             {"closed otherwise", "其他处理"},
	"closed":                   {"closed otherwise", "其他处理"},
	"handled_total":            {"requests handled", "办理结果总计"},
	"carried_out":              {"requests carried over to the next year", "结转下年度继续办理"},
	"reconsideration":          {"administrative reconsideration", "行政复议"},
	"litigation_direct":        {"litigation without reconsideration", "未经复议直接起诉"},
	"litigation_after":         {"litigation after reconsideration", "复议后起诉"},
}

var columnWords = map[string][2]string{
	"issued": {"issued", "本年制发件数"}, "repealed": {"repealed", "本年废止件数"}, "in_force": {"in force", "现行有效件数"},
	"made": {"newly made", "本年新制作数量"}, "newly_public": {"newly public", "本年新公开数量"}, "public_total": {"public in all", "对外公开总数量"},
	"decisions": {"decisions", "处理决定数量"}, "prior_items": {"items of the year before", "上一年项目数量"}, "change": {"change", "本年增减"},
	"amount": {"amount", "金额"}, "items": {"items", "采购项目数量"},
	"natural_person": {"natural persons", "自然人"}, "business": {"businesses", "商业企业"}, "research": {"research bodies", "科研机构"},
	"public_welfare": {"welfare organisations", "社会公益组织"}, "legal_service": {"legal services", "法律服务机构"}, "other": {"other", "其他"},
	"total": {"total", "总计"}, "upheld": {"upheld", "结果维持"}, "corrected": {"corrected", "结果纠正"}, "pending": {"pending", "尚未审结"},
}

var tableWords = map[string][2]string{
	"active":       {"the table of active disclosure", "主动公开情况表"},
	"applications": {"the table of applications", "依申请公开情况表"},
	"disputes":     {"the table of disputes", "行政复议、行政诉讼情况表"},
}

// RowWords and ColumnWords are a row and a column of a form in few words, in English and in Chinese.
func RowWords(row string) [2]string       { return rowWords[row] }
func ColumnWords(column string) [2]string { return columnWords[column] }

// CellWords are a cell in few words, in English and in Chinese.
func CellWords(name string) [2]string {
	part := strings.SplitN(name, ".", 3)
	if len(part) < 3 {
		return [2]string{name, name}
	}
	row, column := rowWords[part[1]], columnWords[part[2]]
	if row[0] == "" || column[0] == "" {
		return [2]string{name, name}
	}
	return [2]string{row[0] + ", " + column[0], row[1] + "·" + column[1]}
}
