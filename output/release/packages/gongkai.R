# Release {{VERSION}} of the annual open-government-information reports of Chinese authorities, for R.
#
# Made with the release, from its codebook. Needs haven and jsonlite, and arrow for what is in Parquet only (terms, reuse).
#
#   source("release/gongkai.R")
#   r <- gk_open("release")                # the folder of a release, or its address: https://…
#   panel <- gk_panel(r)                   # one row a body and year, with labels and tagged missing values
#   gk_missing(panel, "req_received")      # why a figure is not there
#   gk_labels(r, "panel", "zh")            # what the columns are
#   cat(gk_cite(r))

gk_version <- "{{VERSION}}"

# Why a figure of panel is missing, by the tag of its missing value.
gk_tags <- c({{RTAGS}})

# gk_open opens the release in a folder or at an address. What lies there must be of this version.
gk_open <- function(place = ".") {
  remote <- grepl("^https?://", place)
  kept <- if (remote) tempfile("gongkai-") else place
  if (remote) dir.create(kept)
  r <- structure(list(place = sub("/+$", "", place), remote = remote, kept = kept), class = "gongkai_release")
  sums <- readLines(gk_file(r, "SHA256SUMS"), encoding = "UTF-8")
  r$files <- sub("^[0-9a-f]{64}  ", "", sums)
  r$codebook <- jsonlite::fromJSON(gk_file(r, "codebook.json"), simplifyVector = FALSE)
  r$version <- r$codebook$version
  if (r$version != gk_version) {
    stop(place, " holds release ", r$version, "; this file is of ", gk_version, ": take the one that lies there")
  }
  r
}

# gk_file gives the path of a file of the release, fetched once where it is far away.
gk_file <- function(r, name) {
  if (!is.null(r$files) && !name %in% r$files) stop("release ", r$place, " has no ", name)
  path <- file.path(r$kept, name)
  if (r$remote && !file.exists(path)) {
    dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
    utils::download.file(paste0(r$place, "/", utils::URLencode(name)), path, mode = "wb", quiet = TRUE)
  }
  path
}

# gk_tables gives the tables, with what a row of each is.
gk_tables <- function(r) vapply(r$codebook$tables, function(t) t$en, "")

# gk_table gives a table, or the report years of it that are wanted. Tables with Stata files (panel, wide, reports and so on) come with
# labels, value labels and tagged missing values, others with labels, from CSV; codes stay text.
gk_table <- function(r, name, years = NULL) {
  if (!name %in% names(r$codebook$tables)) stop("no table ", name, "; there are ", toString(names(r$codebook$tables)))
  stata <- grep(sprintf("^stata/%s/[0-9]+\\.dta$", name), r$files, value = TRUE)
  csv <- grep(sprintf("^csv/%s/.*\\.csv(\\.gz)?$", name), r$files, value = TRUE)
  parquet <- grep(sprintf("^parquet/%s/year=[0-9]+/.*\\.parquet$", name), r$files, value = TRUE)
  files <- if (length(stata)) stata else if (length(csv)) csv else parquet
  of <- suppressWarnings(as.integer(gsub(".*/(year=)?([0-9]+)[/.].*", "\\2", files)))
  if (!is.null(years)) files <- files[of %in% as.integer(years)]
  if (!length(files)) stop("no ", name, " of ", toString(years))
  frames <- lapply(sort(files), function(f) {
    path <- gk_file(r, f)
    if (length(stata)) return(haven::read_dta(path))
    if (length(csv)) return(gk_csv(r, name, path))
    if (!requireNamespace("arrow", quietly = TRUE)) stop(name, " is in Parquet only: install arrow")
    d <- as.data.frame(arrow::read_parquet(path))
    cbind(year = rep(as.integer(sub(".*year=([0-9]+)/.*", "\\1", f)), nrow(d)), d)
  })
  full <- Filter(function(d) nrow(d) > 0, frames)
  gk_bind(if (length(full)) full else frames[1])
}

# gk_csv reads a CSV file with the types of the codebook.
gk_csv <- function(r, name, path) {
  d <- utils::read.csv(path, fileEncoding = "UTF-8-BOM", colClasses = "character", na.strings = "", check.names = FALSE)
  for (c in r$codebook$tables[[name]]$columns) {
    if (!c$name %in% names(d)) next
    kind <- sub(", null$", "", c$type)
    x <- d[[c$name]]
    if (kind %in% c("int32", "int64", "double", "decimal(18,6)")) x <- as.numeric(x)
    if (kind == "boolean") x <- x == "true"
    if (kind == "date") x <- as.Date(x)
    attr(x, "label") <- c$en
    d[[c$name]] <- x
  }
  d
}

# gk_bind puts the years below each other: columns keep labels, value labels and tags, which rbind may drop.
gk_bind <- function(frames) {
  if (length(frames) <= 1) return(frames[[1]])
  names <- unique(unlist(lapply(frames, names)))
  out <- lapply(names, function(n) {
    first <- Find(function(d) n %in% names(d), frames)[[n]]
    parts <- lapply(frames, function(d) if (n %in% names(d)) unclass(d[[n]]) else rep(NA, nrow(d)))
    joined <- if (is.list(first)) do.call(c, parts) else unlist(lapply(parts, as.vector))
    keep <- attributes(first)
    attributes(joined) <- keep[setdiff(names(keep), c("names", "dim", "dimnames"))]
    joined
  })
  names(out) <- names
  structure(out, class = c("tbl_df", "tbl", "data.frame"), row.names = seq_along(out[[1]]))
}

# gk_panel gives one row a body and year. additive leaves out the rows whose figures are, or may be, in those of another row: sums over
# the rest count nothing twice.
gk_panel <- function(r, years = NULL, additive = FALSE) {
  d <- gk_table(r, "panel", years)
  if (additive) d <- d[is.na(d$within) | d$within == "", ]
  d
}

# gk_missing gives why a figure of panel is not there; NA where it is there.
gk_missing <- function(d, figure) {
  unname(gk_tags[haven::na_tag(as.double(unclass(d[[figure]])))])
}

# gk_labels gives what the columns of a table are, in English or Chinese (zh).
gk_labels <- function(r, table, lang = "en") {
  columns <- r$codebook$tables[[table]]$columns
  stats::setNames(vapply(columns, function(c) c[[lang]], ""), vapply(columns, function(c) c$name, ""))
}

# gk_changes gives what is otherwise than in the release before, a row a report or cell; no rows for a first release.
gk_changes <- function(r) {
  if (!"changes.csv" %in% r$files) return(data.frame())
  utils::read.csv(gk_file(r, "changes.csv"), fileEncoding = "UTF-8-BOM", colClasses = "character", check.names = FALSE)
}

# gk_cite gives a line for a list of references, from CITATION.cff, with the hash of what the release was made of.
gk_cite <- function(r) {
  text <- readLines(gk_file(r, "CITATION.cff"), encoding = "UTF-8", warn = FALSE)
  field <- function(key) {
    line <- grep(paste0("^", key, ":"), text, value = TRUE)
    if (length(line)) gsub('^"|"$', "", trimws(sub("^[^:]*:", "", line[1]))) else ""
  }
  who <- character()
  for (line in grep("^ +-? *(name|family-names|given-names):", text, value = TRUE)) {
    name <- gsub('^"|"$', "", trimws(sub("^[^:]*:", "", line)))
    if (grepl("given-names:", line)) who[length(who)] <- paste(who[length(who)], name, sep = ", ") else who <- c(who, name)
  }
  who <- paste(who, collapse = "; ")
  doi <- field("doi")
  sources <- regmatches(text, regexpr("SHA-256 of the sources: [0-9a-f]{64}", text))
  parts <- c(who, field("title"), paste("Version", r$version), if (nzchar(doi)) paste0("https://doi.org/", doi), field("url"), sources)
  paste0(paste(parts[nzchar(parts)], collapse = ". "), ".")
}
