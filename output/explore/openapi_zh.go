package explore

// summariesZh says in Chinese what an address of the API gives.
var summariesZh = map[string]string{
	"/api/dataset.json":                           "数据集概况：年度、地区、层级、各数据项的名称与用语",
	"/api/examples.json":                          "各地址在本数据集中可用的示例",
	"/api/rules.json":                             "异常规则全文",
	"/api/overview.json":                          "各年度汇总；合计以每一机关每一年度的一份报告为准",
	"/api/home.json":                              "首页所示：线索、新收报告、各省份发布情况、趋势",
	"/api/coverage/{region}/{level}/{page}.json":  "机关与年度对照：按期、逾期、未读取、未找到",
	"/api/bodies.json":                            "机关列表",
	"/api/unread/{page}.json":                     "未能读出的文件及原因",
	"/api/authorities/{id}.json":                  "一个机关：报告、历年数值与比率、异常",
	"/api/reports/{key}.json":                     "一份报告：按规定格式排列的表格，每个数据项附勾稽结论与位置，另有疑点、正文与正文数字",
	"/api/peers/{name}.json":                      "一个数据项或比率在同层级同类别机关中的分布，分年度",
	"/api/figures/{name}.json":                    "一个数据项或比率的用语",
	"/api/rank/{name}/{year}/{level}/{kind}.json": "机关排名",
	"/api/rank/{name}/{year}/{level}/{kind}.csv":  "机关排名，表格文件",
	"/api/anomalies.json":                         "异常列表，按轻重排列，每页50条，附各筛选条件的条数",
	"/api/anomalies/{id}.json":                    "一条异常及其依据",
	"/api/anomalies/{id}/brief.{lang}.{format}":   "一条异常的供编辑使用的简报",
	"/api/brief.html":                             "若干异常的供编辑使用的简报，最多200条",
	"/api/brief.md":                               "同上，Markdown 格式",
	"/api/anomalies.csv":                          "异常表，最多5000条",
	"/api/search.json":                            "按名称检索机关，按正文检索报告，新近年度在前",
	"/documents/{sha256}.html":                    "存档网页、文本或办公文件（已去除一切可执行内容）；编号为 P.NAME 的元素即第P份报告的数据项 NAME",
	"/documents/{sha256}-{page}.png":              "存档 PDF 或扫描件的一页，每英寸144点",
}

// paramsZh says the same of parameters.
var paramsZh = map[string]string{
	"region": "地区：代码前两位，00为全国，none为未定，all为全部", "level": "机关层级", "kind": "机关类别", "page": "页码，从1起", "id": "标识",
	"key": "报告：文件的 SHA-256、连字符、序号", "name": "数据项（表.行.列）或比率的名称", "year": "报告年度", "lang": "语言", "format": "格式",
	"group": "线索或勾稽两类之一", "each": "每页行数", "rule": "规则代码，可有多个", "severity": "最低级别",
	"authority": "机关标识，16位", "q": "检索词，至少两个字符",
	"after":  "上次检索返回的续接位置",
	"sha256": "文件的 SHA-256", "min": "比率分母的最小值", "order": "次序",
	"fold":    "1：每个机关、每一年度一行，其余并入该行",
	"keep":    "只取答复中的若干部分，以逗号分隔，可深入一层：years,rates/rate.granted；静态站点给出全部",
	"missing": "仅列未找到报告的机关：any 为任一年度，或指定年度",
}
