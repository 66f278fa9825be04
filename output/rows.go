package output

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/words"
)

// The rows of the dataset's tables. The doc tag of each field is its entry in the data dictionary; year, the report
// year, is the partition and stands in the path of each file, not in it.

// A DocumentRow is one document that was looked at, read or not.
type DocumentRow struct {
	Document   string  `parquet:"document,dict" doc:"SHA-256 of the document's raw bytes, lower-case hex; with part the key of all tables" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	File       string  `parquet:"file" doc:"path of the document as it was given" zh:"文件路径（按给定写法）"`
	URL        *string `parquet:"url,optional" doc:"address it was fetched from; null for files" zh:"抓取网址；本地文件为空"`
	MediaType  *string `parquet:"media_type,optional,dict" doc:"what the bytes are, told by the bytes; null where they could not be looked at" zh:"由内容判定的格式；无法判定者为空"`
	Bytes      int64   `parquet:"bytes" doc:"length of the raw bytes" zh:"原文字节数"`
	Pages      *int32  `parquet:"pages,optional" doc:"number of pages; null where the format has none" zh:"页数；无页的格式为空"`
	ReportYear *int32  `parquet:"report_year,optional" doc:"the year reported on; null where it is not known" zh:"报告所指年度；未知为空"`
	Status     string  `parquet:"status,dict" doc:"read, partly or unread" zh:"read 已读出，partly 部分读出，unread 未读出"`
	Reason     *string `parquet:"reason,optional" doc:"why status is not read, in one sentence; null when it is" zh:"未（全部）读出的原因；已读出者为空"`
	Seen       *int32  `parquet:"seen,optional,date" doc:"day on which a crawl first saw these bytes at the address; null for files" zh:"抓取首次见到该内容之日；本地文件为空"`
	Superseded *int32  `parquet:"superseded,optional,date" doc:"day on which it saw others there; null for the newest version" zh:"该网址出现新版本之日；最新版本为空"`
	Vanished   *int32  `parquet:"vanished,optional,date" doc:"day on which the address no longer showed a report; null where it does, and for files" zh:"该网址不再显示报告之日；仍在者及本地文件为空"`
}

// A ReportRow is one document read as a report, wholly or partly. Between InTime and Superseded stand the editions of its
// tables: see Dataset.Editions.
type ReportRow struct {
	Document       string   `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part           int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency         *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed; null where none was found" zh:"所印报告机关名称"`
	ReportYear     *int32   `parquet:"report_year,optional" doc:"the year reported on; null where it is not known" zh:"报告所指年度；未知为空"`
	Title          *string  `parquet:"title,optional" doc:"title as printed" zh:"所印标题"`
	Published      *int32   `parquet:"published,optional,date" doc:"date of publication as printed; where none is, that in the address, with a finding" zh:"所印发布日期；未印者取自网址并附存疑"`
	AgencyID       *string  `parquet:"agency_id,optional,dict" doc:"the reporting body, the same over years and sources: division/kind[/name]; null where it could not be decided" zh:"报告机关标识，跨年度、跨来源一致；无法确定者为空"`
	AgencyName     *string  `parquet:"agency_name,optional,dict" doc:"its name with the whole path of its division: 江苏省淮安市清江浦区…" zh:"报告机关名称，含完整行政区划路径"`
	Division       *string  `parquet:"division,optional,dict" doc:"code of its division in the report year, GB/T 2260; 000000 = the whole country; null where it could not be decided" zh:"报告年度的行政区划代码（GB/T 2260），000000 为全国；无法确定者为空"`
	Series         *string  `parquet:"series,optional,dict" doc:"the newest code under which the division lives on undivided: the key to follow it over renamings and upgrades (撤县设区)" zh:"该区划延续至今的最新代码，用于跨更名、撤县设区追踪"`
	Level          *string  `parquet:"level,optional,dict" doc:"national, provincial, prefecture, county or township; null where it is not known" zh:"层级：national 国家，provincial 省，prefecture 地，county 县，township 乡"`
	Kind           *string  `parquet:"kind,optional,dict" doc:"government (as a whole), office (its general office), department, township, subdistrict, zone or other" zh:"机关类别：government 政府，office 办公厅（室），department 部门，township 乡镇，subdistrict 街道，zone 功能区，other 其他"`
	Function       *string  `parquet:"function,optional,dict" doc:"what a department is for, the same word in all cities; null for other bodies and for names that are not known" zh:"部门职能，各地用词一致；其他机关及未识别者为空"`
	Unit           *string  `parquet:"unit,optional" doc:"the township, street or zone" zh:"乡镇、街道或功能区名称"`
	Vertical       bool     `parquet:"vertical" doc:"led by a body of the State Council, not by the government of its place (垂直管理)" zh:"垂直管理机关"`
	AgencyEvidence []string `parquet:"agency_evidence,list" doc:"what beside the name decided, or what is open, a sentence each" zh:"名称以外的判定依据或未决之处"`
	Candidates     []string `parquet:"candidates,list" doc:"codes of the divisions that the name may mean, where it could not be decided" zh:"无法确定时名称可能所指的区划代码"`
	Scope          *string  `parquet:"scope,optional,dict" doc:"own: the tables are of the body alone; all: of those below it too; null where that is open" zh:"表格口径：own 仅本机关，all 含下级；未定为空"`
	ScopeEvidence  *string  `parquet:"scope_evidence,optional" doc:"what tells the scope, one sentence" zh:"判定口径的依据"`
	PeriodFrom     *int32   `parquet:"period_from,optional,date" doc:"first day that the figures cover, as the text says; null where it does not" zh:"数据起始日（按正文所述）"`
	PeriodTo       *int32   `parquet:"period_to,optional,date" doc:"last day that the figures cover" zh:"数据截止日"`
	Deadline       *int32   `parquet:"deadline,optional,date" doc:"day by which it had to be published (Regulations of 2019, Article 49; of 2007, Article 31); null where no rule names one, or the kind of body is not known" zh:"法定发布期限；无规定或机关类别未知者为空"`
	InTime         *string  `parquet:"in_time,optional,dict" doc:"kept or missed: published by the deadline; null where either is not known" zh:"kept 按期发布，missed 逾期；未知为空"`
	Superseded     *int32   `parquet:"superseded,optional,date" doc:"day on which its address showed another version of it; null for the newest. Leave the others out to count a report once" zh:"该网址出现新版本之日；最新版本为空"`
	Status         string   `parquet:"status,dict" doc:"read or partly" zh:"read 全部读出，partly 部分读出"`
	Cells          int32    `parquet:"cells" doc:"cells of the chosen editions" zh:"所用版本的单元格数"`
	Absent         int32    `parquet:"absent" doc:"cells not found in the document" zh:"文件中未见的单元格数"`
	Proved         int32    `parquet:"proved" doc:"cells that the identities prove" zh:"经勾稽关系证明的单元格数"`
	Contradicted   int32    `parquet:"contradicted" doc:"cells in an identity that fails" zh:"所在勾稽关系不成立的单元格数"`
	Inferred       int32    `parquet:"inferred" doc:"cells that print no number and are proved to be zero" zh:"未印数值、经证明为零的单元格数"`
	Unchecked      int32    `parquet:"unchecked" doc:"cells that no identity says anything about" zh:"无勾稽关系可核的单元格数"`
	Errors         int32    `parquet:"errors" doc:"findings of severity error" zh:"错误级存疑数"`
	Warnings       int32    `parquet:"warnings" doc:"findings of severity warning" zh:"警告级存疑数"`
	Notes          int32    `parquet:"notes" doc:"findings of severity note" zh:"提示级存疑数"`
}

// A ValueRow is one cell of a form: the long table.
type ValueRow struct {
	Document    string   `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part        int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency      *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed" zh:"所印报告机关名称"`
	Name        string   `parquet:"name,dict" doc:"name of the cell: table.row.column" zh:"指标名称：表.行.列"`
	Text        *string  `parquet:"text,optional,dict" doc:"the printed characters, white space folded; empty = printed blank, null = absent from the document" zh:"所印字符（空白已归并）；空串为空白格，空值为文件中未见"`
	Number      *int64   `parquet:"number,optional,decimal(6:18)" doc:"the number printed or inferred, in unit; null where there is none. Blank is null, not 0" zh:"所印或推定的数值；无则为空，空白不等于 0"`
	Unit        string   `parquet:"unit,dict" doc:"empty for counts, 万元 for money" zh:"单位：计数为空串，金额为万元"`
	State       string   `parquet:"state,dict" doc:"number, blank, mark, text or absent: what the cell says" zh:"单元格状态：number 数值，blank 空白，mark 符号，text 文字，absent 未见"`
	Verdict     string   `parquet:"verdict,dict" doc:"proved, unchecked, contradicted or inferred: what the identities say" zh:"勾稽结论：proved 已证明，unchecked 未核，contradicted 矛盾，inferred 推定为零"`
	Confidence  *float64 `parquet:"confidence,optional" doc:"how sure the recogniser is that read the cell on a picture, 0 to 1; null where the text is characters of the document" zh:"图像识别置信度（0 至 1）；文字型文件为空"`
	ConfirmedBy *string  `parquet:"confirmed_by,optional,dict" doc:"SHA-256 of a document of the same report in another format that prints the same; null where none was compared" zh:"同一报告另一格式文件的 SHA-256，两者所印一致；未比对为空"`
	Page        *int32   `parquet:"page,optional" doc:"page, from 1; null where the format has none" zh:"页码，从 1 起；无页为空"`
	TableIndex  *int32   `parquet:"table_index,optional" doc:"ordinal of the table in the document, from 1" zh:"表格在文件中的序号，从 1 起"`
	GridRow     *int32   `parquet:"grid_row,optional" doc:"row of that table, from 1" zh:"在该表格中的行号，从 1 起"`
	GridColumn  *int32   `parquet:"grid_column,optional" doc:"column of that table, from 1" zh:"在该表格中的列号，从 1 起"`
	X0          *float64 `parquet:"x0,optional" doc:"left edge of the cell, points from the left of the page" zh:"单元格左边界（点，自页左起）"`
	Y0          *float64 `parquet:"y0,optional" doc:"top edge of the cell, points from the top of the page" zh:"单元格上边界（点，自页顶起）"`
	X1          *float64 `parquet:"x1,optional" doc:"right edge of the cell" zh:"单元格右边界"`
	Y1          *float64 `parquet:"y1,optional" doc:"bottom edge of the cell" zh:"单元格下边界"`
	Path        *string  `parquet:"path,optional" doc:"XPath of the cell in the page's tree; null where there is none" zh:"网页中的 XPath；无则为空"`
	Offset      *int64   `parquet:"offset,optional" doc:"byte offset of the cell in the text decoded to UTF-8; null where there is none" zh:"解码文本中的字节位置；无则为空"`
}

// A FindingRow is one doubt.
type FindingRow struct {
	Document   string  `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part       int32   `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency     *string `parquet:"agency,optional,dict" doc:"the reporting body as printed" zh:"所印报告机关名称"`
	Code       string  `parquet:"code,dict" doc:"what kind of doubt; see the list of codes" zh:"存疑代码"`
	Severity   string  `parquet:"severity,dict" doc:"note, warning or error" zh:"级别：note 提示，warning 警告，error 错误"`
	Name       string  `parquet:"name,dict" doc:"the cell, row (applications.granted) or table (applications) it concerns; empty = the whole document" zh:"所涉单元格、行或表；空串为整份文件"`
	Message    string  `parquet:"message" doc:"one sentence with the facts" zh:"一句说明，含所涉数字"`
	Page       *int32  `parquet:"page,optional" doc:"page, from 1" zh:"页码，从 1 起；无页为空"`
	TableIndex *int32  `parquet:"table_index,optional" doc:"ordinal of the table in the document" zh:"表格在文件中的序号，从 1 起"`
	GridRow    *int32  `parquet:"grid_row,optional" doc:"row of that table" zh:"在该表格中的行号，从 1 起"`
	GridColumn *int32  `parquet:"grid_column,optional" doc:"column of that table" zh:"在该表格中的列号，从 1 起"`
	Path       *string `parquet:"path,optional" doc:"XPath in the page's tree" zh:"网页中的 XPath；无则为空"`
	Offset     *int64  `parquet:"offset,optional" doc:"byte offset in the decoded text" zh:"解码文本中的字节位置；无则为空"`
}

// A SectionRow is one section of the prose.
type SectionRow struct {
	Document string    `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part     int32     `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency   *string   `parquet:"agency,optional,dict" doc:"the reporting body as printed" zh:"所印报告机关名称"`
	Position int32     `parquet:"position" doc:"ordinal of the section in the document as it stands, from 1" zh:"该部分在文件中的序号，从 1 起"`
	Ordinal  int32     `parquet:"ordinal" doc:"the ordinal that is printed (一 = 1 …); 0 for what stands before the first heading or has none" zh:"所印序号（一 = 1…）；无标题者为 0"`
	Kinds    []string  `parquet:"kinds,list" doc:"which of the six sections of the notice it is: general, active, applications, disputes, problems, other; several where a heading joins them, empty where it names none" zh:"属于法定六部分中的哪些"`
	Title    *string   `parquet:"title,optional" doc:"heading as printed; null before the first heading" zh:"所印标题；首个标题之前为空"`
	Text     string    `parquet:"text" doc:"paragraphs, one a line; tables left out" zh:"正文，每段一行，不含表格"`
	Parts    []PartRow `parquet:"parts,list" doc:"the parts under numbered headings (（一）, 1.), in reading order: level (1 under the section), ordinal, title (empty where the paragraph has no heading but its number), start and end in bytes of text" zh:"带序号小标题的各段"`
	Keywords []string  `parquet:"keywords,list" doc:"at most 10 words that it is about, the weightiest first; empty in datasets without words" zh:"关键词，至多 10 个"`
	Tokens   []string  `parquet:"tokens,list" doc:"its words in order, punctuation too; empty in datasets without words" zh:"分词结果"`
	Tags     []string  `parquet:"tags,list" doc:"part of speech of each word: n noun, v verb, ns place, nt agency, m number with its unit, w punctuation …" zh:"各词词性"`
	Starts   []int32   `parquet:"starts,list" doc:"where each word begins, in bytes of text" zh:"各词起始字节"`
}

// A PartRow is a part of a section, a value of the column parts.
type PartRow struct {
	Level   int32  `parquet:"level"`
	Ordinal int32  `parquet:"ordinal"`
	Title   string `parquet:"title"`
	Start   int32  `parquet:"start"`
	End     int32  `parquet:"end"`
}

// A TermRow is how often a word stands in a section.
type TermRow struct {
	Document string `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part     int32  `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Section  int32  `parquet:"section" doc:"the section: position in sections" zh:"所在部分：sections 的 position"`
	Term     string `parquet:"term,dict" doc:"the word; stop words (particles, pronouns, numbers, punctuation, single characters) are left out" zh:"词；停用词除外"`
	Tag      string `parquet:"tag,dict" doc:"its part of speech" zh:"词性"`
	Count    int32  `parquet:"count" doc:"how often it stands there" zh:"出现次数"`
}

// A ReuseRow is how much of a report's prose stands word for word in another report.
type ReuseRow struct {
	Document      string       `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part          int32        `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency        *string      `parquet:"agency,optional,dict" doc:"the reporting body as printed" zh:"所印报告机关名称"`
	Of            string       `parquet:"of,dict" doc:"last-year: the other is the same body's report on the year before; other-agency: it is another body's on the same year or the one before" zh:"last-year 与本机关上年报告比；other-agency 与其他机关比"`
	OtherDocument string       `parquet:"other_document,dict" doc:"key of the other report's document" zh:"对方报告的文件键值"`
	OtherPart     int32        `parquet:"other_part" doc:"and its part" zh:"对方报告的序号"`
	OtherAgency   *string      `parquet:"other_agency,optional,dict" doc:"the other reporting body as printed" zh:"对方报告机关"`
	OtherYear     *int32       `parquet:"other_year,optional" doc:"the year that the other reports on" zh:"对方报告年度"`
	Share         float64      `parquet:"share" doc:"share of the letters and digits of the report's prose that stand in the other in passages of at least 20, 0 to 1" zh:"重复率（0 至 1）"`
	Passages      []PassageRow `parquet:"passages,list" doc:"the passages: section and other_section are positions in sections, the rest bytes of their texts" zh:"重复段落"`
}

// A PassageRow is a run of text that stands in two reports, a value of the column passages.
type PassageRow struct {
	Section      int32 `parquet:"section"`
	Start        int32 `parquet:"start"`
	End          int32 `parquet:"end"`
	OtherSection int32 `parquet:"other_section"`
	OtherStart   int32 `parquet:"other_start"`
	OtherEnd     int32 `parquet:"other_end"`
}

// A ClaimRow is one statement of number in the prose.
type ClaimRow struct {
	Document string   `parquet:"document,dict" doc:"key of the document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part     int32    `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1; the key of a report together with document" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Agency   *string  `parquet:"agency,optional,dict" doc:"the reporting body as printed" zh:"所印报告机关名称"`
	Section  int32    `parquet:"section" doc:"the section it stands in: position in sections" zh:"所在部分：sections 的 position"`
	Start    int32    `parquet:"start" doc:"where it begins, in bytes of the section's text" zh:"起始字节"`
	End      int32    `parquet:"end" doc:"where it ends" zh:"结束字节"`
	Text     string   `parquet:"text" doc:"number and unit as printed" zh:"数字与单位原文"`
	Value    *int64   `parquet:"value,optional,decimal(6:18)" doc:"the number in unit; 万 and 亿 before the unit are in it, 亿元 are 元; null where it does not fit" zh:"数值；无法精确存放为空"`
	Unit     string   `parquet:"unit,dict" doc:"as printed; empty where none is" zh:"所印单位；未印为空"`
	About    bool     `parquet:"about" doc:"the words say that it is rounded (余, 近, 约)" zh:"约数（余、近、约）"`
	Cells    []string `parquet:"cells,list" doc:"names of the cells whose sum it states; empty where its words name none" zh:"所述单元格名称（之和）"`
	Of       []string `parquet:"of,list" doc:"for a share: names of the cells whose sum is the whole" zh:"占比所指总体的单元格名称"`
	Relation *string  `parquet:"relation,optional,dict" doc:"equals; share: of the whole, in percent; change: over the year before, in percent; last-year: what the cells were then; times: how many times that; null where no cell is named" zh:"equals 等于，share 占比（%），change 同比（%），last-year 上年值，times 倍数；未指明单元格者为空"`
	Down     bool     `parquet:"down" doc:"a change downwards" zh:"下降"`
	Scope    *string  `parquet:"scope,optional,dict" doc:"whose number it is, as printed (全市, 本机关); null where nothing is said" zh:"所印口径（全市、本机关）；未述为空"`
	Year     *int32   `parquet:"claim_year,optional" doc:"the year that the sentence names; null where it names none" zh:"句中年度；未述为空"`
	Link     string   `parquet:"link,dict" doc:"agrees, disagrees, not-in-table, other-scope (of others than the reporting body, or of a part of its field), or not-compared (a cell prints no number, or the number is of another year)" zh:"agrees 一致，disagrees 不一致，not-in-table 表中无，other-scope 口径不同，not-compared 未比对"`
	Table    *int64   `parquet:"table_says,optional,decimal(6:18)" doc:"what the cells add up to, or the share in percent; null where nothing was compared" zh:"表中合计或占比；未比对为空"`
}

// An AnomalyRow is one thing that is wrong or remarkable across reports; the table is there once gongkai anomalies --write has looked.
type AnomalyRow struct {
	ID          string        `parquet:"id" doc:"the same in every run as long as the dataset says the same" zh:"异常标识，数据不变则不变"`
	Rule        string        `parquet:"rule,dict" doc:"code of the rule; see rules.md" zh:"规则代码，见 rules.zh.md"`
	Statistical bool          `parquet:"statistical" doc:"held against peers, under the false-discovery rate; else exact" zh:"统计规则（与同类比较）；否则为精确规则"`
	Severity    string        `parquet:"severity,dict" doc:"note, warning or error" zh:"级别：note 提示，warning 警告，error 错误"`
	AgencyID    *string       `parquet:"agency_id,optional,dict" doc:"whose report it is about" zh:"报告机关标识，跨年度、跨来源一致；无法确定者为空"`
	Agency      *string       `parquet:"agency,optional,dict" doc:"its name" zh:"机关名称"`
	Division    *string       `parquet:"division,optional,dict" doc:"code of its division" zh:"行政区划代码"`
	Document    string        `parquet:"document,dict" doc:"key of the report's document" zh:"文件键值：原文字节的 SHA-256（小写十六进制）"`
	Part        int32         `parquet:"part" doc:"ordinal of the report in a document that holds several, from 1" zh:"一份文件含多份报告时的序号，从 1 起；与 document 共同构成键"`
	Effect      float64       `parquet:"effect" doc:"how large it is, in unit; computed" zh:"效应大小，以 unit 计"`
	Unit        *string       `parquet:"unit,optional,dict" doc:"cases, cells, days, share (0 to 1), ratio, percentage points, w (Cohen); null where nothing is measured" zh:"效应单位；无量度者为空"`
	Expected    *float64      `parquet:"expected,optional" doc:"what was to be expected, in unit; null for exact rules" zh:"期望值；精确规则为空"`
	Low         *float64      `parquet:"low,optional" doc:"lower end of the 95 % interval of the effect" zh:"95% 区间下限"`
	High        *float64      `parquet:"high,optional" doc:"its upper end" zh:"95% 区间上限"`
	P           *float64      `parquet:"p,optional" doc:"chance of one as far out among peers; null for exact rules" zh:"同类中出现如此偏离的概率；精确规则为空"`
	Q           *float64      `parquet:"q,optional" doc:"share of false alarms to expect in a list down to here; null for exact rules" zh:"列表至此的预期误报率；精确规则为空"`
	Peers       int32         `parquet:"peers" doc:"how many it was compared with; 0 for exact rules" zh:"比较对象数；精确规则为 0"`
	Sentence    string        `parquet:"sentence" doc:"what it is, in English; each number in it is printed by a place of evidence" zh:"英文说明，其中每个数字均有出处"`
	SentenceZh  string        `parquet:"sentence_zh" doc:"the same in Chinese" zh:"中文说明"`
	Evidence    []EvidenceRow `parquet:"evidence,list" doc:"what it rests on: kind cell (name is that of values), report (name is a column of reports or documents) or prose (name is the position in sections), and what is printed there" zh:"依据：单元格、报告或正文及其所印内容"`
	Template    string        `parquet:"template" doc:"the English sentence with {0}, {1} … in the place of what evidence, counted from 0, prints" zh:"英文句子，{0}、{1} 等处为依据（自 0 起）所印内容"`
	TemplateZh  string        `parquet:"template_zh" doc:"the same in Chinese" zh:"中文句子，同上"`
	HistoryOf   string        `parquet:"history_of,dict" doc:"empty: each series of history is a figure; share: the first is to be seen as a share of the second" zh:"空串：各序列为数值；share：第一序列占第二序列的比例"`
	History     []HistoryRow  `parquet:"history,list" doc:"what the reports of the body say, year by year, of the figures that the rule looks at: series (from 0), its name in both languages, year, value (null where there is no number)" zh:"该机关历年相关数值：序列（自 0 起）、名称、年度、数值（无数值者为空）"`
}

// An EvidenceRow is a place that an anomaly rests on, a value of the column evidence.
type EvidenceRow struct {
	Kind     string `parquet:"kind"`
	Document string `parquet:"document"`
	Part     int32  `parquet:"part"`
	Name     string `parquet:"name"`
	Text     string `parquet:"text"`
	Start    int32  `parquet:"start"`
	End      int32  `parquet:"end"`
}

// A HistoryRow is a point of a series, a value of the column history.
type HistoryRow struct {
	Series int32    `parquet:"series"`
	Name   string   `parquet:"name"`
	NameZh string   `parquet:"name_zh"`
	Year   int32    `parquet:"year"`
	Value  *float64 `parquet:"value,optional"`
}

// numberScale is the number of decimals of the column number: 0.01 元 are 0.000001 万元.
const numberScale = 6

// scaled gives a number as a DECIMAL(18,6); ok is false where it does not fit exactly.
func scaled(d *decimal.Decimal) (int64, bool) {
	if d.IsInteger() && d.Exponent() >= 0 && d.Exponent() < 6 {
		n := d.IntPart()
		if n < 1_000_000_000_000 && n > -1_000_000_000_000 {
			return n * 1_000_000, true
		}
		return 0, false
	}
	s := d.Shift(numberScale)
	if !s.IsInteger() || s.Abs().GreaterThan(decimal.New(999_999_999_999_999_999, 0)) {
		return 0, false
	}
	return s.IntPart(), true
}

// whole gives a number as a 64-bit count; ok is false where it is none.
func whole(d *decimal.Decimal) (int64, bool) {
	if !d.IsInteger() || d.Abs().GreaterThan(decimal.New(1<<62, 0)) {
		return 0, false
	}
	return d.IntPart(), true
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ordinalOf(n int) *int32 {
	if n == 0 {
		return nil
	}
	v := int32(n)
	return &v
}

func offsetOf(n int) *int64 {
	if n == 0 {
		return nil
	}
	v := int64(n)
	return &v
}

// dateOf gives days since 1970-01-01.
func dateOf(s string) *int32 {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return nil
	}
	v := int32(t.Unix() / 86400)
	return &v
}

func kindsOf(s *normalize.Section) []string {
	var out []string
	for _, k := range s.Kinds {
		out = append(out, string(k))
	}
	return out
}

func sectionRow(r *Result, i int) SectionRow {
	s := &r.Report.Sections[i]
	row := SectionRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency), Position: int32(i + 1), Ordinal: int32(s.Ordinal), Kinds: kindsOf(s), Title: optional(s.Title), Text: s.Text, Keywords: s.Keywords}
	for _, p := range s.Parts {
		row.Parts = append(row.Parts, PartRow{int32(p.Level), int32(p.Ordinal), p.Title, int32(p.Start), int32(p.End)})
	}
	if len(s.Tokens) > 0 {
		row.Tokens, row.Tags, row.Starts = make([]string, len(s.Tokens)), make([]string, len(s.Tokens)), make([]int32, len(s.Tokens))
		for k, t := range s.Tokens {
			row.Tokens[k], row.Tags[k], row.Starts[k] = t.Text, t.Tag, int32(t.Start)
		}
	}
	return row
}

// termRows counts the words of a report section by section.
func termRows(r *Result, rows []TermRow) []TermRow {
	for i := range r.Report.Sections {
		for _, c := range words.Terms(r.Report.Sections[i].Tokens) {
			rows = append(rows, TermRow{r.Document.SHA256, r.part(), int32(i + 1), c.Term, c.Tag, int32(c.Count)})
		}
	}
	return rows
}

func claimRow(r *Result, c *normalize.Claim) ClaimRow {
	row := ClaimRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(r.Report.Agency), Section: int32(c.Section), Start: int32(c.Start), End: int32(c.End), Text: c.Text, Unit: c.Unit, About: c.About,
		Cells: c.Cells, Of: c.Of, Relation: optional(string(c.Relation)), Down: c.Down, Scope: optional(c.Scope), Year: ordinalOf(c.Year), Link: string(c.Link)}
	if n, ok := scaled(&c.Value); ok {
		row.Value = &n
	}
	if c.Table != nil {
		if n, ok := scaled(c.Table); ok {
			row.Table = &n
		}
	}
	return row
}

func documentRow(r *Result) DocumentRow {
	d := r.Document
	return DocumentRow{d.SHA256, d.File, optional(d.URL), optional(d.MediaType), d.Bytes, ordinalOf(d.Pages), ordinalOf(r.Report.Year), string(r.Report.Status), optional(r.Report.Reason), dateOf(d.Seen), dateOf(d.Superseded), dateOf(d.Vanished)}
}

func reportRow(r *Result) ReportRow {
	rep := r.Report
	row := ReportRow{Document: r.Document.SHA256, Part: r.part(), Agency: optional(rep.Agency), ReportYear: ordinalOf(rep.Year), Title: optional(rep.Title), Published: dateOf(rep.Published),
		AgencyID: optional(rep.Body.ID), AgencyName: optional(rep.Body.Normal), Division: optional(rep.Body.Code), Series: optional(rep.Body.Series), Level: optional(string(rep.Body.Level)),
		Kind: optional(string(rep.Body.Kind)), Function: optional(rep.Body.Function), Unit: optional(rep.Body.Unit), Vertical: rep.Body.Vertical, AgencyEvidence: rep.Body.Evidence, Candidates: candidates(&rep.Body),
		Scope: optional(string(rep.Scope)), ScopeEvidence: optional(rep.ScopeFrom), PeriodFrom: dateOf(rep.Period.From), PeriodTo: dateOf(rep.Period.To), Deadline: dateOf(rep.Deadline), InTime: optional(string(rep.InTime)),
		Superseded: dateOf(r.Document.Superseded), Status: string(rep.Status), Cells: int32(len(rep.Values))}
	for i := range rep.Values {
		switch rep.Values[i].Verdict {
		case normalize.Proved:
			row.Proved++
		case normalize.Contradicted:
			row.Contradicted++
		case normalize.Inferred:
			row.Inferred++
		default:
			row.Unchecked++
		}
		if rep.Values[i].State == normalize.Absent {
			row.Absent++
		}
	}
	for i := range rep.Findings {
		switch rep.Findings[i].Severity {
		case normalize.Error:
			row.Errors++
		case normalize.Warning:
			row.Warnings++
		default:
			row.Notes++
		}
	}
	return row
}
