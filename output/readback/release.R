# Reads the Stata files of a release with haven and prints, a line each and fields between tabs: of values the document, name (as labelled),
# text, number, kind of missing, state and verdict (as labelled); then what each file is.
# usage: Rscript release.R RELEASE
suppressMessages(library(haven))
release <- commandArgs(TRUE)
options(digits = 15, scipen = 100)
for (file in sort(Sys.glob(file.path(release, "stata/values/*.dta")))) {
  d <- read_dta(file)
  if (nrow(d) == 0) next
  kind <- na_tag(d$number)
  number <- ifelse(is.na(d$number), "", formatC(as.numeric(d$number), format = "f", digits = 6))
  name <- as.character(as_factor(d$name))
  cat(paste("value", d$document, name, d$text, number, ifelse(is.na(kind), "", kind), as.character(as_factor(d$state)), as.character(as_factor(d$verdict)), sep = "\t"), sep = "\n")
}
for (file in sort(Sys.glob(file.path(release, "stata/*/*.dta")))) {
  d <- read_dta(file)
  without <- sum(vapply(d, function(c) is.null(attr(c, "label")), TRUE))
  cat(paste("file", basename(dirname(file)), nrow(d), ncol(d), without, sep = "\t"), sep = "\n")
}
