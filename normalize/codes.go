package normalize

// The codes of findings. They are stable: outside checks branch on them.
const (
	CodeSumFails           = "sum-fails"
	CodeBlankNotZero       = "blank-not-zero"
	CodeSuspectCell        = "suspect-cell"
	CodeSumsMostlyFail     = "sums-mostly-fail"
	CodeUnreadable         = "unreadable-cell"
	CodeRowShort           = "row-short"
	CodeRowLong            = "row-long"
	CodeMergedCell         = "merged-cell"
	CodeRowByPlace         = "row-by-place"
	CodeRowMissing         = "row-missing"
	CodeRowTwice           = "row-twice"
	CodeRowLike            = "row-label-unlike"
	CodeTableMissing       = "table-missing"
	CodeTableTwice         = "table-twice"
	CodeTwiceDiffers       = "twice-differs"
	CodeTableInWords       = "table-in-words"
	CodeNoValues           = "no-values"
	CodeHeaderUnread       = "header-unread"
	CodeOrderAssumed       = "order-assumed"
	CodeColumnsMoved       = "columns-moved"
	CodeUnclaimed          = "unclaimed-number"
	CodePageNumber         = "page-number"
	CodeDoubtfulNumber     = "doubtful-number"
	CodeNoNumber           = "no-number"
	CodeNotCount           = "not-a-count"
	CodeUnit               = "other-unit"
	CodeUnitFrom           = "unit-from"
	CodeUnitDoubtful       = "unit-doubtful"
	CodeAgencyMissing      = "agency-missing"
	CodeYearMissing        = "year-missing"
	CodeYearConflict       = "year-conflict"
	CodeTitleMissing       = "title-missing"
	CodeHeadUnreadable     = "head-unreadable"
	CodeEditionMixed       = "edition-mixed"
	CodeEditionOdd         = "edition-out-of-time"
	CodeSectionMissing     = "section-missing"
	CodeReader             = "reader-doubt"
	CodeDoubtfulReading    = "doubtful-reading"
	CodeReadingChosen      = "reading-chosen"
	CodeFormatsDiffer      = "formats-differ"
	CodeNameRecognised     = "name-recognised"
	CodeProseDiffers       = "prose-differs"
	CodeAgencyUndecided    = "agency-undecided"
	CodeAgencyElsewhere    = "agency-elsewhere"
	CodeYearElsewhere      = "year-elsewhere"
	CodePublishedElsewhere = "published-elsewhere"
	CodePeriodOdd          = "period-odd"
	CodePrintedBeside      = "printed-beside"
	CodeOtherYear          = "table-of-other-year"
	CodeReshaped           = "table-reshaped"
	CodeTitleDoubtful      = "title-doubtful"
	CodeAgencyDoubtful     = "agency-doubtful"
	CodeAgencyFromText     = "agency-from-text"
	CodePublishedDiffers   = "published-differs"
	CodeProseOnly          = "prose-only"
	CodeAnnexUnknown       = "annex-unknown"
	CodeAnnexRows          = "annex-rows"
	CodeCorrected          = "corrected"
	CodeCorrectionRefused  = "correction-refused"
)

// A CodeInfo describes one code of finding.
type CodeInfo struct {
	Code      string
	Severity  Severity // the severity it usually has
	Meaning   string
	MeaningZh string
}

// Codes lists every code of finding, in the order of a report's life: document, tables, rows, cells, identities.
func Codes() []CodeInfo {
	return []CodeInfo{
		{CodeReader, Warning, "the reader of the file format was not sure of something in the bytes",
			"文件读取器对原始字节中的某处存疑"},
		{CodeTitleMissing, Note, "no title of an annual report was found", "未找到年度报告标题"},
		{CodeTitleDoubtful, Warning, "titles name different bodies, or the only one stands in a path, a link or a file's " +
			"name; the body gets no id", "各标题所载机关不一，或标题仅见于导航路径、链接、文件名；不予编定机关代码"},
		{CodeAgencyMissing, Note, "neither title nor text names the reporting body", "标题与正文均未载明发布机关"},
		{CodeAgencyDoubtful, Warning, "the name of the body is not well formed, differs by one character from one that " +
			"exists, or is another in the text than in the title; the body gets no id",
			"机关名称不成形、与现有名称仅一字之差，或标题与正文不一；不予编定机关代码"},
		{CodeAgencyFromText, Note, "the title names no body; the name was taken from what the text says of itself",
			"标题未载明机关，名称取自正文"},
		{CodeHeadUnreadable, Warning, "title or date of publication hold characters that could not be read, or of which it " +
			"is not known whether they are seen", "标题或发布日期中有字符无法辨认，或不能确定是否显示"},
		{CodeNameRecognised, Note, "title and agency were recognised on a picture: single characters may be others",
			"标题与机关名称系图像识别所得，个别字可能有误"},
		{CodeAgencyUndecided, Note, "which body the agency's name means could not be decided: its division is not " +
			"known, or several have this name", "机关名称所指不能确定：行政区划未知，或有数处同名"},
		{CodeAgencyElsewhere, Warning,
			"the agency's name is of another division than the portal that the report was found at",
			"机关名称所属行政区划与所在网站不符"},
		{CodeYearElsewhere, Note, "neither title nor period name the report year; it was taken from the text or the " +
			"address", "标题与统计期限均未载明年度，取自正文或网址"},
		{CodePeriodOdd, Note, "the figures cover another period than one calendar year", "统计期限不是一个完整的自然年"},
		{CodePublishedElsewhere, Note, "no date of publication is printed; the one in the address was taken",
			"未见发布日期，取自网址"},
		{CodePublishedDiffers, Note, "several days are called that of publication; the plainest label was taken",
			"载有多个发布日期，取标注最明确者"},
		{CodeYearMissing, Warning, "no report year was found", "未找到报告年度"},
		{CodeYearConflict, Warning,
			"title, period, text, date of publication and address do not agree on the report year",
			"标题、统计期限、正文、发布日期或网址所示的报告年度不一致"},
		{CodeSectionMissing, Note, "one of the six sections was not found under a heading", "六个部分中有一部分未见标题"},
		{CodeProseOnly, Note, "the report prints no table of the form; its sections and the figures of its prose are given",
			"报告未附规定表格，仅给出正文各部分及其中的数字"},
		{CodeAnnexUnknown, Note, "the report prints a table of statistics of a family that no form describes; its values are " +
			"kept under their printed labels with provisional names", "报告附有格式尚未收录的统计表，各数值按所印标签以暂定名称保留"},
		{CodeAnnexRows, Note, "a table of statistics has rows or columns that its form does not have; their values are kept " +
			"under their printed labels with provisional names", "统计表中有格式所无的行或列，其数值按所印标签以暂定名称保留"},
		{CodeEditionMixed, Note, "the tables follow different editions of the form", "各表采用了不同版本的格式"},
		{CodeEditionOdd, Note, "a table follows an edition that was not in force for the report year", "表格版本与报告年度不符"},
		{CodeTableMissing, Error, "a table of the form was not found", "未找到应有的表格"},
		{CodeTableInWords, Note, "a table is replaced by a sentence; its cells are absent", "表格以文字表述代替，各数据项记为缺失"},
		{CodeTableTwice, Note, "a table is printed more than once; the first is used", "表格重复出现，采用第一份"},
		{CodeTwiceDiffers, Warning, "a table is printed twice and this cell differs", "表格重复出现且该数据项不一致"},
		{CodePrintedBeside, Note, "the table also prints figures of another year, draft or body, or a sum that the form " +
			"does not have; they are left out", "表格另印有其他年度、其他稿次、其他单位的数字或规定格式之外的合计，未予采用"},
		{CodeOtherYear, Warning, "the caption of the table names another year than the report",
			"表题所示年度与报告年度不符"},
		{CodeReshaped, Note, "the table is laid out in another way than the form's, on its side or in parts; it was read " +
			"by its labels and headers", "表格的排布与规定格式不同（行列互换、分栏等），按标签和表头读取"},
		{CodeNoValues, Warning, "a table prints nothing but blank cells, and which of them are the values is not " +
			"certain", "表格各格全为空白，无法确定哪些为数值格"},
		{CodeHeaderUnread, Error, "headers stand in another order than the form's, or speak of another year or thing, " +
			"and not all of them could be read; the values are left out", "表头次序与规定格式不同或另有所指，且未能全部识别，不取其数值"},
		{CodeOrderAssumed, Warning, "not every header could be read; the form's order is assumed, and no sum proves it",
			"表头未能全部识别，按规定格式的次序读取，不作勾稽证明"},
		{CodeColumnsMoved, Note, "the columns stand in another order than the form's; headers were followed",
			"列序与规定格式不同，按表头读取"},
		{CodeRowMissing, Error, "a row of the form was not found", "未找到应有的行"},
		{CodeRowTwice, Warning, "a row is printed twice in one table; the first is used", "同一表中某行重复，采用第一行"},
		{CodeRowLike, Note, "the row's label differs from every known wording; the likest row was taken; a " +
			"warning where it says more than the wording (上年行政许可)", "行标签与已知表述不同，取最相近者；标签另有所指的（上年行政许可）为警告"},
		{CodeRowByPlace, Warning, "the row has no readable label; it was named by its place between its neighbours",
			"行标签缺失，按上下行位置认定"},
		{CodeRowShort, Warning, "the row has fewer cells than the form; what could not be placed is absent",
			"该行的格少于规定列数，无法定位者记为缺失"},
		{CodeRowLong, Warning, "the row has more cells than the form", "该行的格多于规定列数"},
		{CodeMergedCell, Warning, "one printed cell covers several cells of the form", "原文中一格跨占了规定的多个数据项"},
		{CodeUnclaimed, Warning, "a number in a recognised table belongs to no name", "表格中有数字不属于任何规定数据项"},
		{CodePageNumber, Note, "a page number stands inside a table and was passed over", "表格中夹有页码，已略过"},
		{CodeDoubtfulNumber, Warning, "the printed characters may not mean this number", "所印字符未必表示该数值"},
		{CodeUnreadable, Error, "something is printed in the cell of which not all characters could be read; the " +
			"cell is absent", "格中有无法识别的字符，记为缺失"},
		{CodeDoubtfulReading, Warning,
			"a figure recognised on a picture is neither certain nor proved; it is kept as text, without a number",
			"图像识别的数字既不确定又未经勾稽证实，仅保留文字，不作数值"},
		{CodeReadingChosen, Note, "of the readings of a picture, the only one with which row and column hold was taken",
			"图像有多种识读，取唯一使行、列勾稽均成立者"},
		{CodeNoNumber, Note, "words are printed where a number belongs; a warning where they hold digits or a numeral",
			"应为数字处印有文字；其中含数字或数词的为警告"},
		{CodeNotCount, Warning, "a count is negative or not a whole number", "计数为负数或非整数"},
		{CodeUnit, Note, "the amount is printed in another unit than the form's", "金额单位与规定不同，已换算"},
		{CodeUnitFrom, Note, "the unit of the amount, and the label, header, caption or note that names it", "金额单位的出处"},
		{CodeUnitDoubtful, Warning, "the unit of the number is missing, not known, contradicted by another print or by " +
			"the prose, or another than single pieces", "数值的单位缺失、不明、前后矛盾、与正文不符，或计数单位不是单件"},
		{CodeSumFails, Error, "an identity (勾稽关系) of the form does not hold", "勾稽关系不成立"},
		{CodeBlankNotZero, Warning, "a cell prints no number, but an identity says it is not zero",
			"该项为空，但勾稽关系表明其不为零"},
		{CodeSuspectCell, Warning, "a failing row and a failing column cross in this cell by the same difference",
			"不成立的行与列以相同差额交于此数据项"},
		{CodeFormatsDiffer, Error, "another document of the same report, in another format or read by another " +
			"program, prints something else here", "同一报告的另一格式（或另一程序读取的结果）在此处与本文件不一致"},
		{CodeProseDiffers, Warning, "the prose states another number than the table", "正文所述数字与表格不一致"},
		{CodeCorrected, Warning, "the number is not the one that was read: a file of corrections puts it there, and says why",
			"数值并非所印读数，系依更正文件改定，理由见说明"},
		{CodeCorrectionRefused, Warning, "a file of corrections names this cell, and the correction was refused",
			"更正文件涉及此数据项，但该条更正未予采用"},
		{CodeSumsMostlyFail, Error, "most identities of the document fail: its digits may not be what they seem",
			"多数勾稽关系不成立，文件中的数字可能并非所见"},
	}
}
