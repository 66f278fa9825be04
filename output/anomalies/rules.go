package anomalies

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A Rule is one kind of anomaly.
type Rule struct {
	Code           string
	Statistical    bool   // tested against peers, under the false-discovery rate; else exact: what is found is there
	Severity       string // usual; a rule may say less of a weak case
	Title, TitleZh string
	Doc, DocZh     string   // what is looked for, and how
	Source         string   // the notice, article or paper that it rests on
	SourceZh       string   // the same in Chinese; "" = a paper, which has its name
	Innocent       []string // what would explain it away, most usual first
	InnocentZh     []string
	look           func(context.Context, *finder, *Rule) error
}

// Rules are all rules, exact ones first. Each is switched on and off by its code.
func Rules() []*Rule {
	return []*Rule{
		{Code: "carried-over", Severity: "error", Title: "Requests carried in are not those carried over", TitleZh: "上年结转与上一年度结转下年度不一致",
			Doc:        "carried_in of a report is compared with carried_out of the same body's report on the year before, in all columns; the total stands in the sentence, or the first column that differs where the totals agree (severity warning then).",
			DocZh:      "将本年度“上年结转”与同一机关上一年度“结转下年度继续办理”逐列比较；句中给出总计，总计一致时给出第一个不一致的列（级别降为警告）。",
			Source:     "国办公开办函〔2021〕30号, table III, rows 二 and 四: the two rows name the same requests",
			SourceZh:   "国办公开办函〔2021〕30号，表三第二行与第四行：两行所指为同一批申请",
			Innocent:   []string{"A reorganisation: the body took over requests of another, or gave some away.", "The figures of one year cover other bodies than those of the other (the scope changed).", "A request was withdrawn or found to be counted twice after the first report."},
			InnocentZh: []string{"机构改革：接收或移交了其他机关的申请。", "两个年度的统计范围不同。", "上一年度报告发布后，发现申请被撤回或重复计数。"},
			look:       carriedOver},
		{Code: "in-force", Severity: "warning", Title: "Rules in force do not follow from those of the year before", TitleZh: "现行有效件数与上年数及本年增减不符",
			Doc:        "in_force = in_force of the year before + issued − repealed, for regulations (规章) and normative documents (行政规范性文件) where both reports follow the edition of 2021. The notice does not say so in words: it is a soft identity.",
			DocZh:      "在两个年度均采用2021版格式时，检验 现行有效件数 = 上年现行有效件数 + 本年制发件数 − 本年废止件数（规章、行政规范性文件）。通知未明文规定，属软性勾稽。",
			Source:     "国办公开办函〔2021〕30号, table II",
			SourceZh:   "国办公开办函〔2021〕30号，表二",
			Innocent:   []string{"Documents lapsed by their own time limit, or were declared void in a general clean-up, and are not counted as repealed.", "The stock was counted anew after a clean-up.", "The report counts documents of other bodies in one year and not in the other."},
			InnocentZh: []string{"文件因有效期届满自动失效或在集中清理中宣布失效，未计入废止数。", "清理后重新统计了存量。", "两个年度的统计范围不同。"},
			look:       inForce},
		{Code: "sum-fails", Severity: "error", Title: "The figures of a table do not add up", TitleZh: "表内数字勾稽不成立",
			Doc:        "An identity (勾稽关系) of the form fails within one report: parts and total are told as printed. Where a failing row and a failing column cross by the same difference, the one suspect cell is named instead. More than four failing sums in a table are one anomaly. Reports of which most sums fail are left out: there the reading is in doubt, not the authority.",
			DocZh:      "同一报告内的勾稽关系不成立：列出所印的各分项与总计。不成立的行与列以相同差额相交时，指出该可疑单元格。同一表中不成立者超过四处的合为一条。多数勾稽关系不成立的报告不列入，因为可疑的是读取而非机关。",
			Source:     "国办公开办函〔2021〕30号 and 〔2019〕60号, tables III and IV",
			SourceZh:   "国办公开办函〔2021〕30号、〔2019〕60号，表三与表四",
			Innocent:   []string{"A typing error in one cell.", "A figure was changed after the total was made.", "The source is damaged or a scan; look at the place in the document."},
			InnocentZh: []string{"某单元格录入错误。", "总计算出后又修改了分项。", "来源文件损坏或为扫描件，请核对原文。"},
			look:       sumFails},
		{Code: "claim-differs", Severity: "warning", Title: "The prose says another number than the table", TitleZh: "正文数字与表格不一致",
			Doc:        "A statement of number in the prose whose words name cells of the tables is compared with what these cells add up to; see docs/prose.md. Only statements on the report's own figures and year, and whole numbers, are told.",
			DocZh:      "正文中指明表格单元格的数字陈述，与相应单元格之和比较（见 docs/prose.md）。仅列出关于本机关、本年度的整数陈述。",
			Source:     "国办公开办函〔2021〕30号: the sections describe what the tables count",
			SourceZh:   "国办公开办函〔2021〕30号：正文说明表格所统计的内容",
			Innocent:   []string{"The sentence counts something a little different (only one channel, only the office itself).", "The prose was written before the table was final."},
			InnocentZh: []string{"该句的口径略有不同（如仅指某一渠道或仅指办公室本身）。", "正文先于表格定稿。"},
			look:       claimDiffers},
		{Code: "departments-exceed", Severity: "error", Title: "The departments have more than the whole government", TitleZh: "部门之和大于全口径政府数字",
			Doc:        "Where a government's report covers its departments (scope all), what the known departments and townships of its division report may not add up to more than it does: requests received and handled, reconsiderations, punishments and licensing decisions. Some departments are always missing, so it is an inequality. The largest departments that suffice are named.",
			DocZh:      "政府报告为全口径（scope 为 all）时，已知部门与乡镇街道之和不得大于其总数：新收与办结申请、行政复议、行政处罚与行政许可决定。部门总有缺失，故为不等式。列出足以超过总数的最大的几个部门。",
			Source:     "国办公开办函〔2021〕30号: a government's report sums up its bodies",
			SourceZh:   "国办公开办函〔2021〕30号：政府报告汇总其所属机关",
			Innocent:   []string{"A request that several departments received is one in the government's count.", "A department that is led from above (垂直管理) counts cases of other districts, or is left out by the government.", "The government's report is in fact that of its office alone."},
			InnocentZh: []string{"同一申请由多个部门收到，政府汇总时计为一件。", "垂直管理部门的数据未计入政府汇总，或含其他地区案件。", "该政府报告实为办公室本级数据。"},
			look:       departmentsExceed},
		{Code: "republished", Severity: "error", Title: "A report was changed after it was published", TitleZh: "报告发布后数字有改动",
			Doc:        "Two versions that a crawl saw at the same address at different times print other numbers, compared cell by cell. The first cell that differs stands in the sentence, all of them are evidence.",
			DocZh:      "同一网址在不同时间抓取到的两个版本所印数字不同（逐单元格比较）。句中给出第一处，全部差异列为证据。",
			Source:     "Regulations of 2019 (国务院令第711号), Article 49: the report is published once, by a day",
			SourceZh:   "《政府信息公开条例》（2019年，国务院令第711号）第四十九条：报告按期一次公布",
			Innocent:   []string{"A correction, perhaps with a notice elsewhere on the site.", "Another file was put at the same address by mistake."},
			InnocentZh: []string{"属更正，或已在网站他处说明。", "误将其他文件置于同一网址。"},
			look:       republished},
		{Code: "documents-differ", Severity: "error", Title: "Two documents of one report print different numbers", TitleZh: "同一报告的两份文件数字不一致",
			Doc:        "Two documents of the same body on the same year, at different addresses or in different files, print other numbers.",
			DocZh:      "同一机关同一年度的两份文件（网址或文件不同）所印数字不同。",
			Source:     "Regulations of 2019 (国务院令第711号), Article 50",
			SourceZh:   "《政府信息公开条例》（2019年，国务院令第711号）第五十条",
			Innocent:   []string{"One is a draft, or was corrected, and both stayed online.", "One gives the body's own figures, the other those of all it leads, and neither says so.", "The title of one names the wrong year or body."},
			InnocentZh: []string{"其一为草稿或更正前版本，两者均在网上。", "其一为本级数据，另一为全口径数据，而均未说明。", "其中一份的标题年度或机关有误。"},
			look:       documentsDiffer},
		{Code: "same-numbers-bodies", Severity: "error", Title: "Two bodies print the same table", TitleZh: "两个机关的表格数字完全相同",
			Doc:        "A whole table of two bodies' reports on one year is the same number by number, and it says enough not to be chance: 45 bits, where a count n in a cell that is no total says log2(1+n). A government and its own office are one.",
			DocZh:      "两个机关同一年度的整张表格逐数相同，且信息量足以排除巧合：不少于45比特（非总计单元格的计数n计log2(1+n)比特）。政府与其办公室视为一体。",
			Source:     "the reports themselves: figures of two bodies do not agree cell by cell",
			SourceZh:   "报告本身：两个机关的数字不会逐格相同",
			Innocent:   []string{"One body publishes for both (合署办公, 一套人马两块牌子).", "The same file hangs on both pages by mistake.", "One was renamed or moved to another place within the year."},
			InnocentZh: []string{"合署办公或一套机构两块牌子，由一方发布。", "两个页面误挂同一文件。", "机关在年内更名或划转。"},
			look:       sameNumbersBodies},
		{Code: "same-numbers-years", Severity: "error", Title: "A body prints the same table in two years", TitleZh: "同一机关两个年度的表格数字完全相同",
			Doc:        "A whole table of two reports of one body on different years is the same number by number; 35 bits, counted as in same-numbers-bodies.",
			DocZh:      "同一机关两个年度的整张表格逐数相同，信息量不少于35比特，算法同 same-numbers-bodies。",
			Source:     "the reports themselves",
			SourceZh:   "报告本身",
			Innocent:   []string{"The file of another year hangs on the page by mistake.", "The title of one names the wrong year."},
			InnocentZh: []string{"页面误挂另一年度的文件。", "其中一份的标题年度有误。"},
			look:       sameNumbersYears},
		{Code: "prose-reused", Severity: "warning", Title: "The prose is that of another report", TitleZh: "正文与另一报告雷同",
			Doc:        "At least four fifths of the letters and digits of a report's prose stand in the same body's report on the year before, or seven tenths in another body's report, in passages of 20 characters or more that are some 200 characters together; the table reuse has all passages. The longest stands in the sentence.",
			DocZh:      "报告正文（字母与数字）至少五分之四见于同一机关上年度报告，或至少十分之七见于其他机关的报告（20字以上连续相同段落，合计约200字以上，详见 reuse 表）。句中引用最长的一段。",
			Source:     "国办公开办函〔2021〕30号: sections one, five and six describe the year",
			SourceZh:   "国办公开办函〔2021〕30号：第一、五、六部分说明本年度情况",
			Innocent:   []string{"A very short report consists of the words of the form.", "Bodies of one government are given the same text to fill in."},
			InnocentZh: []string{"报告很短，多为格式用语。", "同一政府向下属机关统一下发文本。"},
			look:       proseReused},
		{Code: "year-unchanged", Severity: "warning", Title: "Another year stands where the report's own should", TitleZh: "年度未更新",
			Doc:        "Title, period, text, date of publication and address do not agree on the year (finding year-conflict); where the prose names another year and never the report's own, that place is told. Or half of the prose or more is that of the report on the year before, and one of the passages speaks of that year as if it were the report's own (2022年，…), names of documents in 《》 left out.",
			DocZh:      "标题、统计期限、正文、发布日期与网址所示年度不一致（finding year-conflict）。正文只出现其他年度时指出该处；或者正文半数以上与上年度报告相同，且所照搬的段落仍以上年度为本年（如“2022年，……”，《》内的文件名除外）。",
			Source:     "Regulations of 2019 (国务院令第711号), Article 50: the report is on the year before",
			SourceZh:   "《政府信息公开条例》（2019年，国务院令第711号）第五十条：报告说明上一年度情况",
			Innocent:   []string{"A typing error in the title.", "The page was moved to a new site, and carries the date of that."},
			InnocentZh: []string{"标题笔误。", "网站迁移，页面日期为迁移日期。"},
			look:       yearUnchanged},
		{Code: "late", Severity: "note", Title: "Published after the legal deadline", TitleZh: "逾期发布",
			Doc:        "The date of publication is after 31 January (departments) or 31 March (governments from county level) of the next year; before 2019 31 March for all.",
			DocZh:      "发布日期晚于次年1月31日（部门）或3月31日（县级以上地方政府）；2019年前统一为3月31日。",
			Source:     "Regulations of 2019 (国务院令第711号), Article 49; Regulations of 2007 (国务院令第492号), Article 31",
			SourceZh:   "《政府信息公开条例》2019年（国务院令第711号）第四十九条；2007年（国务院令第492号）第三十一条",
			Innocent:   []string{"The printed date is that of a later move or correction of the page.", "The report was first published elsewhere (a bulletin, a portal of the level above)."},
			InnocentZh: []string{"所印日期为页面迁移或更正的日期。", "报告先在他处发布（公报、上级网站）。"},
			look:       late},
		{Code: "missing", Severity: "warning", Title: "A report is missing", TitleZh: "报告缺失",
			Doc:        "A body has reports on the years around one and none on it, or none on the newest year though its deadline is over; told only where at least three fifths of the comparable bodies that reported the year before have one, so that a year that was not crawled is not told body by body.",
			DocZh:      "某机关在相邻年度有报告而该年度没有，或最近年度期限已过而仍没有；仅当上年有报告的同类机关中至少五分之三有该年度报告时列出，以免将未抓取的年度逐一列出。",
			Source:     "Regulations of 2019 (国务院令第711号), Articles 49 and 50",
			SourceZh:   "《政府信息公开条例》（2019年，国务院令第711号）第四十九条、第五十条",
			Innocent:   []string{"The crawl did not find it: look at the portal before you print.", "The body was merged or founded (机构改革).", "It was published in a file that could not be read; see the table documents."},
			InnocentZh: []string{"抓取未发现，刊发前请查看网站。", "机构合并或新设（机构改革）。", "报告为无法读取的文件，见 documents 表。"},
			look:       missing},
		{Code: "vanished", Severity: "warning", Title: "A report is no longer online", TitleZh: "报告已撤下",
			Doc:        "A crawl found the report at its address and later did not; the archive still has the bytes.",
			DocZh:      "抓取曾在该网址发现报告，之后已不存在；归档仍保存原始字节。",
			Source:     "Regulations of 2019 (国务院令第711号), Article 50; the archive",
			SourceZh:   "《政府信息公开条例》（2019年，国务院令第711号）第五十条；归档",
			Innocent:   []string{"The site was rebuilt and the report has a new address.", "The site was down on the days of the visits."},
			InnocentZh: []string{"网站改版，报告换了网址。", "访问当日网站故障。"},
			look:       vanished},
		{Code: "grant-rate", Statistical: true, Severity: "warning", Title: "The share of requests granted stands out", TitleZh: "予以公开的比例异于同类机关",
			Doc: "Granted and partly granted requests out of all handled. " + rateDoc, DocZh: "予以公开与部分公开占办结总数的比例。" + rateDocZh, Source: rateSource,
			Innocent: rateInnocent, InnocentZh: rateInnocentZh, look: rates},
		{Code: "refusal-reason", Statistical: true, Severity: "warning", Title: "A ground of refusal stands out", TitleZh: "某一不予公开理由的比例异于同类机关",
			Doc: "Each ground for not giving information (refused, to be compiled, rejected as petition or repeated) out of all requests handled. " + rateDoc, DocZh: "各项不予公开、无现成信息、不予处理理由占办结总数的比例。" + rateDocZh, Source: rateSource,
			Innocent: append([]string{"One applicant, or one dispute (a demolition, a school), makes many requests of one kind."}, rateInnocent...), InnocentZh: append([]string{"同一申请人或同一纠纷（拆迁、学校等）提出大量同类申请。"}, rateInnocentZh...), look: rates},
		{Code: "not-held-rate", Statistical: true, Severity: "warning", Title: "The share of “not held” stands out", TitleZh: "“本机关不掌握”的比例异于同类机关",
			Doc: "Requests answered with 本机关不掌握相关政府信息 out of all handled. " + rateDoc, DocZh: "答复“本机关不掌握相关政府信息”占办结总数的比例。" + rateDocZh, Source: rateSource,
			Innocent: append([]string{"Duties moved to another body in the year, and applicants still ask this one."}, rateInnocent...), InnocentZh: append([]string{"职能年内划转，申请人仍向本机关申请。"}, rateInnocentZh...), look: rates},
		{Code: "backlog-rate", Statistical: true, Severity: "warning", Title: "The share carried over to the next year stands out", TitleZh: "结转下年度的比例异于同类机关",
			Doc: "Requests carried over out of all that were handled or carried over. " + rateDoc, DocZh: "结转下年度占办结与结转合计的比例。" + rateDocZh, Source: rateSource,
			Innocent: append([]string{"Many requests came in at the end of the year."}, rateInnocent...), InnocentZh: append([]string{"年末集中收到大量申请。"}, rateInnocentZh...), look: rates},
		{Code: "correction-rate", Statistical: true, Severity: "warning", Title: "The share of disputes lost stands out", TitleZh: "复议诉讼纠错比例异于同类机关",
			Doc: "Decisions corrected (结果纠正) out of those upheld, corrected or ended otherwise; reconsideration and litigation each. " + rateDoc, DocZh: "结果纠正占结果维持、纠正与其他之和的比例，复议与诉讼分别检验。" + rateDocZh, Source: rateSource,
			Innocent: append([]string{"Cases of one matter were decided together."}, rateInnocent...), InnocentZh: append([]string{"同一事项的案件一并裁判。"}, rateInnocentZh...), look: rates},
		{Code: "volume", Statistical: true, Severity: "warning", Title: "A volume stands out among peers of its size", TitleZh: "数量异于同等规模的同类机关",
			Doc: "Requests received (size: licensing and punishment decisions) and disputes (size: requests handled) on the logarithm (in groups half of which have ten or more), less a resistant line on the size, as deviates in median and MAD of the peers; where the MAD is 0, 1.2533 times the mean absolute deviation. " + peerDoc, DocZh: "新收申请（规模：行政许可与处罚决定数）与复议诉讼（规模：办结申请数）取对数（组内至少半数达到10件），扣除对规模的抗差直线后，以同类机关的中位数与MAD标准化；MAD为0时采用平均绝对偏差的1.2533倍。" + peerDocZh,
			Source:   "Iglewicz and Hoaglin 1993 (modified z-scores); Tukey 1977 (resistant line)",
			Innocent: []string{"A large project or a public dispute.", "The report counts bodies that those of its peers leave out."}, InnocentZh: []string{"重大项目或公共纠纷。", "统计范围大于同类机关。"}, look: volumes},
		{Code: "jump", Statistical: true, Severity: "warning", Title: "A figure jumps against the body's own other years", TitleZh: "数字相对本机关其他年度突变",
			Doc: "Requests received, licensing and punishment decisions and reconsiderations on the logarithm, against the median of at least three other years of the body with figures of the same scope, less what the peers moved in that year. The deviate allows for the scatter of small counts and for how much peers, and the body itself, usually move. " + peerDoc, DocZh: "新收申请、行政许可、行政处罚与行政复议取对数，与本机关其他年度（至少三年、口径相同）的中位数比较，并扣除同类机关当年的共同变动。标准化时计入小数目的随机波动以及同类机关与本机关平时的变动幅度。" + peerDocZh,
			Source:   "Iglewicz and Hoaglin 1993",
			Innocent: []string{"Duties were given or taken away (机构改革, 综合执法).", "What is counted changed: a new system, a new definition.", "One applicant made many requests."}, InnocentZh: []string{"职能划转（机构改革、综合执法）。", "统计系统或口径变化。", "同一申请人提出大量申请。"}, look: jumps},
		{Code: "structural-zero", Statistical: true, Severity: "note", Title: "Never in years", TitleZh: "多年从未出现",
			Doc: "A body that in all its reports, at least four years, never refused, never granted, never answered “not held”, or never lost a reconsideration, where the share of its peers over the same years makes that improbable for as many cases (beta-binomial over the bodies' sums).", DocZh: "某机关在至少四个年度的全部报告中从未不予公开、从未予以公开、从未答复不掌握或从未在复议中被纠正，而按同类机关合计的β-二项分布，如此多的案件中概率极小。",
			Source:   "Skellam 1948 (beta-binomial distribution)",
			Innocent: []string{"Applicants are helped before they file, and hopeless requests are not registered.", "The body files such answers under another ground."}, InnocentZh: []string{"申请前已沟通，不予公开的申请未登记。", "此类答复计入了其他情形。"}, look: structuralZeros},
		{Code: "round-numbers", Statistical: true, Severity: "note", Title: "Too many round numbers", TitleZh: "整十数过多",
			Doc: "Of the different counts of 100 and more in the independent cells of a body's reports, at least twelve, more are multiples of ten than chance, or the share among all bodies of the dataset if that is higher, allows (binomial).", DocZh: "某机关各年度报告独立单元格中100以上的不同计数（至少12个）里，整十数多于偶然（二项分布；全部机关的比例更高时以其为准）。",
			Source:   "Mosimann, Wiseman and Edelman 1995 (terminal digits)",
			Innocent: []string{"Figures of mass business are estimated."}, InnocentZh: []string{"大宗业务数为估计数。"}, look: roundNumbers},
		{Code: "last-digits", Statistical: true, Severity: "note", Title: "Last digits that are not chance", TitleZh: "尾数分布异常",
			Doc: "The last digits of the different counts of 100 and more in the reports of one division, at least 100 of them, are not spread evenly (chi-squared, 9 degrees of freedom; its cube root is also held against that of the other divisions, with tails learned as for peers).", DocZh: "同一行政区划各机关100以上的不同计数（至少100个）的尾数不均匀（卡方检验，自由度9；其立方根同时与其他区划比较，尾部学得方法同上）。",
			Source:   "Mosimann, Wiseman and Edelman 1995",
			Innocent: []string{"Figures of mass business are estimated.", "One figure is handed down to many bodies."}, InnocentZh: []string{"大宗业务数为估计数。", "同一数字下发至多个机关。"}, look: lastDigits},
		{Code: "benford", Statistical: true, Severity: "note", Title: "First digits that follow neither Benford nor the other places", TitleZh: "首位数分布异常",
			Doc: "The first digits of the counts of one division, pooled over bodies and years where at least 300 span three orders of magnitude, depart from Benford's law and also from the first digits of all other divisions (chi-squared, 8 degrees of freedom, the smaller of the two; its cube root is also held against that of the other divisions).", DocZh: "同一行政区划跨越三个数量级的计数（至少300个）的首位数既偏离本福特定律，也偏离其他区划的分布（卡方检验，自由度8，取两者中较小者；其立方根同时与其他区划比较）。",
			Source:   "Benford 1938; Nigrini 2012",
			Innocent: []string{"The figures of one place come from a few systems of narrow range."}, InnocentZh: []string{"当地数据来自范围较窄的少数系统。"}, look: benford},
	}
}

const (
	peerDoc    = "Peers are bodies of the same level, kind and function on the same year with the same edition of the table, or of the same level and kind where a function has fewer than 20. Tails are learned from the deviates of all bodies (Student, 4 to 60 degrees of freedom, scale at least 1)."
	rateDoc    = "The count is held against a beta-binomial distribution fitted to the peers by moments, outliers left out, so that 1 of 2 is nothing and 400 of 800 may be. " + peerDoc
	peerDocZh  = "同类机关指同一年度、同一级别、种类与职能并采用同版表格者；职能不足20个时取同级别与种类。尾部由全部机关的偏离学得（t分布，自由度4至60，尺度不小于1）。"
	rateDocZh  = "以对同类机关矩估计（剔除离群者）的β-二项分布检验，故2件中1件不算异常，800件中400件可能是。" + peerDocZh
	rateSource = "Skellam 1948 (beta-binomial distribution); Benjamini and Hochberg 1995 (false-discovery rate)"
)

var (
	rateInnocent   = []string{"Bodies of one kind serve different publics; look at what was asked for.", "The ground is filed differently here than elsewhere."}
	rateInnocentZh = []string{"同类机关面对的申请人与事项不同，请查看申请内容。", "本地对该情形的归类与他处不同。"}
)

// chosen gives the rules that are asked for and not switched off.
func chosen(only, off []string) ([]*Rule, error) {
	all := Rules()
	var codes []string
	for _, r := range all {
		codes = append(codes, r.Code)
	}
	for _, c := range append(append([]string(nil), only...), off...) {
		if !slices.Contains(codes, c) {
			return nil, fmt.Errorf("no rule %q; there are %s", c, strings.Join(codes, ", "))
		}
	}
	var out []*Rule
	for _, r := range all {
		if (len(only) == 0 || slices.Contains(only, r.Code)) && !slices.Contains(off, r.Code) {
			out = append(out, r)
		}
	}
	return out, nil
}

// ByCode gives a rule; nil where there is none.
func ByCode(code string) *Rule {
	for _, r := range Rules() {
		if r.Code == code {
			return r
		}
	}
	return nil
}
