// Package crawl finds the annual reports of a portal: from its home page along the links that speak of them, over the
// pages of lists of whatever system, to the reports and the files that hang on them. It knows how such sites are built
// and how to behave towards them; it does not know what a report's figures mean, nor by when the law wants them (the
// Calendar is handed in, as the clock is).
//
// # The words
//
// A portal is the website of one authority, a row of a list. A visit is one going-through of a portal, from the home
// page until nothing is left to ask for; it is open, done or stopped, and it has a name, the time at which it began. A
// job, in corpus/queue, is the wish for a visit: there is one for a portal at most, and it works on the visit for a
// slice of time and comes back later, so that a large portal does not keep the small ones waiting. A visit outlives its
// jobs, and the processes too: all of it lies in the ledger.
//
// The frontier are the items of a visit: addresses, each with the role that it was linked in (a column, a report, the
// next page of a list), a score (how likely it leads to a report), and a state: waiting, done, failed, or left, which
// is not asked for; for the last two there is always a reason. A capture is one answer as it came, bytes and headers,
// in the archive; it is written once and never changed. What the ledger keeps of an address from visit to visit is
// Known: the hash and the validators of its last answer, and whether it was useful, that is, led to a report. A
// document is a report, or a file or picture that hangs on one; an event is news of it: found, new, late, changed,
// vanished, back; suspect is trouble with one; overdue is news of none. A column is where a portal lists its reports.
//
// # The order of decisions
//
// A visit begins with the home page, the listings of the portal's row, and what earlier visits found useful (seed).
// Then, step by step, until the frontier is empty or a bound is met:
//
//  1. The waiting item with the highest score that is due is taken (Ledger.Next). Of a kind of page that was asked for
//     thirty times and led to next to nothing, no more is asked: it is a trap.
//  2. What this visit has in the archive already is not asked for again (received): it broke off between archive and
//     ledger.
//  3. The gate (manners.go) lets the request through, or refuses it: host, quiet hours, the lease on the host and its
//     pace, the day's budget, robots.txt. The lease is in the ledger, so that many workers are as polite as one.
//  4. The answer is kept in the archive: new, unchanged, changed, gone or failed (take.go). Trouble that may pass is
//     tried again after a while, as fetch.Rules say for its kind, and kept only once it is final.
//  5. The page is looked at (look.go): by its bytes, then by titles, sections and links it is a report, a list, an
//     interpretation, a notice, data, or a shell without content. What is unfinished is completed within the step
//     (along.go): by what its scripts ask for (asks.go), by the further pages of a report, which are joined to it
//     (join.go), or by a browser (browser.go). What it is
//     taken for is held against its body (evidence.go): the Judge reads what claims to be a report, and what stands in
//     the place of a known one and is none is suspect.
//  6. The links of the page are judged in turn by the rules in leads.go, the first that holds decides; the pages that
//     lists continue on are found system by system (families.go, lists.go), and what scripts ask interfaces for
//     (interfaces.go), hold, or open when they are clicked (clicks.go).
//  7. A report becomes a document: not the second time with the same words at another address (a copy), and with what
//     is news of it (record.go).
//  8. All of it (item, links, known, document, events) is one transaction, Ledger.Commit, and it is refused where
//     another worker has taken the visit over meanwhile.
//
// Where the links are used up and nothing was found, sitemaps and the usual paths are tried (elsewhere). At the end of
// a visit it is decided how far the columns were read (column.go), when the next visit is, and whether the portal's own
// report is overdue (end): only of what was read whole.
//
// # What holds, whatever breaks off
//
// First the archive, then the ledger: a crash between the two costs a look at what was received, never a request and
// never a loss. A step is all in the ledger or not at all. A worker that loses its lease may finish its request, but
// what it would write is refused. Bodies are named by their hash, so that the same page costs nothing the second time.
//
// # When it is wrong
//
// It misses a report whose link says nothing of it and whose path neither; that stands on a host outside *.gov.cn which
// only another such host links to; that only a search form gives. Where no Judge is
// handed in, it takes for a report what has its title and two of its sections. Which body a report is of is told
// by the title alone (Whose); where that cannot be told, and where no
// report of a portal ever was its own, nothing is called overdue. Whether a list was read to its end is told by what it
// says of itself (so many entries, so many pages, a next page): one that says nothing and goes on is taken for whole.
// What was left out, and why, is in the frontier of the last visit: gongkai status --failures shows it.
package crawl
