// Package law knows by which day an authority must publish its annual report. The crawl, which calls a report late or
// overdue, and the dataset, which says kept or missed, both ask it: nothing else in the program knows a date of the
// law.
//
// The rules, with the words that decide:
//
//   - The Regulations of 2007 (政府信息公开条例, 国务院令第492号, in force from 1 May 2008), Article 31:
//     各级行政机关应当在每年3月31日前公布本行政机关的政府信息公开工作年度报告. Every administrative organ, of every level,
//     by 31 March.
//   - The Regulations of 2019 (国务院令第711号, in force from 15 May 2019), Article 49, first paragraph:
//     县级以上人民政府部门应当在每年1月31日前向本级政府信息公开工作主管部门提交本行政机关上一年度政府信息公开工作年度报告
//     并向社会公布. Departments of governments from county level, by 31 January; the second paragraph: the governments'
//     own reports by 31 March (县级以上地方人民政府的政府信息公开工作主管部门应当在每年3月31日前向社会公布).
//
// The old Regulations were in force until 14 May 2019. What counts is the day on which a report falls due, not the year
// it is on: the reports on 2018 fell due on 31 March 2019, under the old ones; those on 2019 are the first under the
// new. The first reports at all are those on 2008: the day on which one on 2007 would have fallen due lies before 1 May
// 2008.
//
// Since 2019 no rule of the State Council names a day for townships, subdistricts, committees of zones and what is no
// administrative organ (schools, hospitals, companies). Provinces' own rules are not known here.
package law

import "fmt"

// A Body is who reports, as far as the law tells bodies apart.
type Body int

const (
	Unknown    Body = iota // nobody knows who reports: no rule applies
	Government             // a people's government from county level, for itself and all below it
	Department             // of a government from county level: its general office, its bureaus, the ministries
	Lower                  // a township, a subdistrict, the committee of a zone, or another body that is no department
)

// Days of the Regulations, as they stand behind a year.
const (
	january31 = "01-31"
	march31   = "03-31"
)

// firstYear and firstNew are the years that the first reports under the Regulations of 2007 and of 2019 are on.
const (
	firstYear = 2008
	firstNew  = 2019
)

// Deadline gives the last day on which a report on a year is published in time, as "2006-01-02"; "" where no rule names
// one.
func Deadline(year int, who Body) string {
	switch {
	case who == Unknown || year < firstYear:
		return ""
	case year < firstNew:
		return on(year+1, march31)
	case who == Department:
		return on(year+1, january31)
	case who == Government:
		return on(year+1, march31)
	}
	return ""
}

func on(year int, day string) string { return fmt.Sprintf("%04d-%s", year, day) }
