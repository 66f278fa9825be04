package main

import "github.com/alecthomas/kong"

// helpTexts are the help of flags and commands whose text is longer than a line; tags name them as ${KEY}.
var helpTexts = kong.Vars{
	"anomalies_city":  "Only bodies whose name holds the text, or whose division code begins with it.",
	"anomalies_level": "Only bodies of this level: national, provincial, prefecture, county or township.",
	"anomalies_asof": "Day on which a report that is not there yet is overdue or not (default: the newest " +
		"date of publication in the dataset).",
	"anomalies_feed": "With --state: write an Atom feed of what was found; what is older than the newest 300 lies in files beside " +
		"it, which it links to.",
	"site_url":         "Where the explorer is on the web (gongkai serve, gongkai site): messages and feeds link to its pages.",
	"anomalies_format": "table, line, csv, json (one object a line), md or html (a brief with evidence and charts).",
	"archive_import":   "Take over WARC and WACZ files and folders, so that existing collections can be processed.",
	"archive_import_portal": "The portal that all of it counts for, by its id (default: the one that has the host of each page, " +
		"else the host).",
	"archive_repair": "Heal what the disk damaged: by copies, checksums, and the addresses; what nothing has any more is " +
		"marked as lost.",
	"bench_python": "The Python that has pandas, lxml, pdfplumber, camelot-py and python-docx: a path, or a name on PATH.",
	"check_format": "table, line (one field a line), csv, json (one object a line) or tab (default: a table on a terminal, else tab).",
	"check_lang": "Language of messages and of the codes' meanings: en or zh (default: by LC_ALL, LC_MESSAGES, LANG; in csv and " +
		"json en).",
	"check_agency":  "Only findings of bodies whose name holds the text, or whose division code begins with it.",
	"crawl_rebuild": "Make the ledger anew from the archive, where it was lost; ask for nothing.",
	"crawl_patience": "Longest time to wait for hosts that want to be left alone; what is left then is " +
		"visited by the next crawl.",
	"crawling_work": "Folder of the crawl: its ledger and its archive.",
	"crawling_db": "Ledger and queue: a file of SQLite, or postgres://… for many workers (default: " +
		"ledger.sqlite in the folder).",
	"crawling_archive": "Archive: a folder, or s3://bucket?… (default: archive in the folder).",
	"crawling_portals": "CSV files with portals of your own; a row replaces that with the same id. See " +
		"docs/adding-a-portal.md.",
	"crawling_city":    "Only portals with this id, division code or name (a part of it is enough).",
	"crawling_level":   "Only portals of this level: central, province, prefecture, county, town, department.",
	"crawling_contact": "Page or e-mail address that server operators can write to; it goes into the User-Agent.",
	"crawling_pace": "At least so long between two requests of one host; slow hosts are asked more slowly by " +
		"themselves.",
	"crawling_slice":        "Time after which a visit makes room for the next portal; it goes on later.",
	"crawling_lease":        "Longest time that one request may take; the host of a worker that died is free after it.",
	"crawling_allowprivate": "Ask addresses of this machine and of private networks: for tests and intranets.",
	"crawling_webhook": "Address that is sent news: reports that are new, changed, late, overdue, vanished, and with gongkai update " +
		"anomalies. A robot's of 企业微信, 钉钉 or 飞书, or any other, which is sent JSON.",
	"crawling_webhookas":     "What is sent: json, wecom (企业微信), dingtalk (钉钉), feishu (飞书), or auto, by the address.",
	"crawling_webhooksecret": "Secret with which messages to 钉钉 and 飞书 are signed (签名校验).",
	"crawling_feed": "Atom feed of the news, rewritten after each visit; what is older than the newest 300 lies in files beside it, " +
		"which it links to.",
	"crawling_smtp": "Server for news by e-mail: smtp://user:password@host:587.",
	"extract_format": "json: one object a line, every name of the form in it; table: for reading; line and csv: one row a value; dump: " +
		"blocks and tables as the reader of the file format sees them.",
	"main_extract":    "Read documents and print what they say, one JSON object a line, a table, or a dump.",
	"main_crawl":      "Visit portals once: find the reports on them, and keep every answer in an archive.",
	"main_update":     "For cron and timers: visit what is due, read it, look for anomalies, make release and site, tell the news.",
	"update_out":      "Where the dataset goes. One that lies there is replaced when the new one is whole.",
	"update_release":  "Bring a release in this folder up to date (gongkai release).",
	"update_site":     "Bring a static site in this folder up to date (gongkai site). gongkai serve needs none: it notices a new dataset.",
	"update_readers":  "Documents read at the same time (default: one a processor).",
	"update_patience": "Longest time to wait for hosts that want to be left alone; what is left then is visited by the next update.",
	"main_status":     "Say what is known of each portal: last visit, reports found, years missing, next visit.",
	"anomalies_lang":  "Language of table, md, html and feed: en or zh (default: by LC_ALL, LC_MESSAGES, LANG).",
	"main_anomalies":  "Look across the reports of a dataset for what is wrong or remarkable, with evidence.",
	"main_release": "Make of a dataset a release to cite and open: Parquet, CSV, Excel, Stata, codebook, " +
		"checksums, changes.",
	"main_sample": "Draw cells to code by hand, and say by them how often the dataset is right.",
	"main_serve": "Open a local web page on a dataset: coverage, reports with evidence, comparisons, " +
		"anomalies, search.",
	"main_show": "Show one stage of one document: its bytes, the dump of its blocks and tables, or its " +
		"values.",
	"manner_quiet":   "Say results only, and what went wrong: no progress, no notes.",
	"manner_verbose": "Say more on standard error: which settings hold and whence, what is passed over otherwise, how long it took.",
	"manner_json": "Print the result as JSON, one object a line, and an error too: {error, code, next, exit}. " +
		"Shapes: docs/commands.md.",
	"printing_format": "table: cut to fit the terminal, whole elsewhere; line: one field a line; csv; json: one object a line.",
	"printing_excel":  "CSV that Excel opens: with byte order mark, and an apostrophe before what it would compute.",
	"config_command":  "Of which commands, such as update, or archive check (default: all).",
	"config_work":     "Work folder in which gongkai.toml is looked for first.",
	"config_all":      "Also what is neither set nor has a default.",
	"man_command":     "Whose page is printed, such as run, or archive check (default: the program's).",
	"portals_check":   "Ask each home page whether it is that of the authority, and write what was found.",
	"portals_out":     "Where the rows that were checked go, as a file for --portals (default: standard output).",
	"query_format":    "table, line (one field a line), csv (null is an empty field, an empty text \"\"), json (one object a line) or md.",
	"read_limit": "CPU time that the reading of a document may take; one that needs more is unread. Each " +
		"page that has to be recognised on a picture has four times as much.",
	"read_memory": "Memory that the reading of a document may take; a document that needs more is unread. 0: " +
		"read in this process, without limits of memory and of time.",
	"read_ocr": "What reads scans and pictures of tables: PP-OCR (gongkai setup ocr), tesseract, or none.",
	"read_cache": "Where readers keep what they would else make anew each time (default: gongkai in the " +
		"user's cache folder).",
	"release_out": "Folder of the release. One that lies there is brought up to date.",
	"release_as": "Version of the release (default: the newest report year and a number that counts on, " +
		"2025.1).",
	"release_formats": "Formats beside Parquet: csv, stata, xlsx (the default), or stata-all and xlsx-all, which have every table " +
		"that those programs hold.",
	"release_select": "Only reports with these: level, kind, scope, status, function, division, series, province, agency_id or " +
		"year; a|b for several, 3208* for what begins so.",
	"release_names":  "Of wide, panel and values only these cells and figures; * stands for any part of a name.",
	"release_author": "Who made it, once for each: 'Family, Given' for a person, else the name of an organisation.",
	"release_noanomalies": "Leave the table anomalies out where the dataset has none, though the release that lies " +
		"there has one.",
	"run_from": "Read what gongkai crawl keeps in this folder (or, with --db and --archive, elsewhere), " +
		"instead of paths.",
	"run_db":      "With --from: ledger of the crawl, where it is not in the folder.",
	"run_archive": "With --from: archive of the crawl, where it is not in the folder.",
	"run_out": "Where the dataset goes. A dataset that lies there is replaced when the new one is whole; " +
		"anything else is left alone.",
	"run_corrections": "CSV file of corrections of your own: document,name,expected,new,reason,who and, of a document of " +
		"several reports, part. See docs/corrections.md.",
	"run_nocorrections": "Leave out the corrections that the dataset which is replaced was made with.",
	"run_readings": "Where what was read of each document is kept, a folder or s3://bucket/…, so that only what changed is " +
		"read again (default: readings beside the archive, or .NAME.readings beside the dataset).",
	"readings_place": "Folder or s3://bucket/… in which readings are kept, as --readings of gongkai run has it.",
	"readings_older": "What is younger is left alone: a run may be about to need it.",
	"run_alone":      "With --from: read everything in this process, whatever workers there are (gongkai work).",
	"work_queues": "What to work at: crawl (visits), read (documents), read-scan (documents whose pictures are recognised). On " +
		"SQLite only the last two.",
	"work_readings":   "Where what is read is kept: the same place as that of gongkai run (default: readings beside the archive).",
	"status_queues":   "Only the queues of visits and readings: what waits, is under way, is done, has failed, and who works.",
	"run_fresh":       "Read and write everything, whatever is kept.",
	"run_nowords":     "Leave out the words of the prose: sections without tokens and keywords, an empty table terms.",
	"serve_addr":      "Address to listen on. Port 0 takes a free one.",
	"serve_host":      "Name under which others reach the explorer, where --addr is not the loopback.",
	"serve_index":     "Folder for the index of the search (default: gongkai in the user's cache folder).",
	"serve_documents": "Folder that the dataset's file names are relative to: where gongkai run was started.",
	"serve_cors":      "Let scripts of pages of other origins read the API (Access-Control-Allow-Origin: *).",
	"serve_site_url":  "Address under which others reach it, for previews and canonical links: https://HOST/FOLDER/.",
	"serve_archive":   "Archive of the crawl, where it is not in the folder.",
	"setup_from": "Take the packages' archives from this folder, for machines without a network: " +
		"name-version.tgz, as npm pack writes them.",
	"setup_cache": "Where the engine is kept (default: gongkai in the user's cache folder).",
	"show_stage": "bytes: as they lie there; dump: blocks and tables with their places; values: names, numbers, " +
		"verdicts and findings.",
	"show_page": "A picture of page N of a PDF with what was read drawn on it: lines (magenta), cells (blue, " +
		"dashed), values by verdict (green proved, grey unchecked, amber inferred, red contradicted or in doubt).",
	"show_out":       "Where the picture goes, as PNG or SVG by its name (default: SVG on standard output).",
	"status_dataset": "With --coverage: the dataset made of the crawl, which says what could not be read.",
	"watch_metrics":  "Serve metrics for Prometheus at this address, such as 127.0.0.1:9464.",
}
