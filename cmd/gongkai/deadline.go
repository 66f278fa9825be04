package main

import "github.com/gongkai/gongkai/normalize/law"

// deadline is the calendar that the crawl goes by: what the law says of a report on a year, for the levels of portals.
func deadline(level string, year int) string {
	switch level {
	case "department", "central": // the ministries are departments of the State Council
		return law.Deadline(year, law.Department)
	case "town":
		return law.Deadline(year, law.Lower)
	case "province", "prefecture", "county":
		return law.Deadline(year, law.Government)
	}
	return ""
}
