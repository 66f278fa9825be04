// Package layout reads what is drawn on pages as a person does: it makes lines, tables and paragraphs of characters
// that have only a place. Readers of PDF, of scans and of other formats that place their characters hand it pages;
// none of them knows how a table is found, and nothing here knows a file format, a font, a pixel or what a report is.
//
// # What there is
//
// A glyph is one character in its box, with its baseline and the size of its type. A rule is a straight line along an
// axis; an area is a rectangle that is painted, a mark whatever else is drawn. That is all a page gives. Everything
// else is a guess about them:
//
//   - A line is glyphs whose baselines lie within a third of the larger one's size.
//   - A run is the glyphs of a line that stand together: no gap wider than a third of their size. A figure is a run
//     of digits, or of a mark for none (—, /, 无).
//   - A table is a grid of cells. A ruled one is drawn by rules that meet; an aligned one has no rules, but at least
//     four figures in a row and columns of them; a small one is a header of a few words with rows below it.
//   - A cell has a place in the grid, which it may span, the text within, and a box on the page.
//   - A column is the width that figures below one another take. What stands left of the columns are labels: of a row
//     (a leaf), or of a group of rows (words with labels to their right). What stands above is the header.
//   - A band is the height between two rules, or edges of shading, that run across most of a table without columns
//     ruled.
//   - A side is the part of a page that is read by itself: half of a sheet with two pages on it, a column of prose.
//     An empty strip from top to bottom parts sides, if both hold prose or both hold tables with frames of their own.
//   - A paragraph is lines of one size of which each but the last runs to the right margin.
//
// # The order of decisions
//
// Settle comes first, once for a page: what does not show is taken out, what stands sideways is turned, figures drawn
// twice count once, figures crossed out are left out or doubted, raised digits are put on their line. Read then decides
// in this order, and what one step has taken the next does not see:
//
//  1. Running heads: lines in the margins that most pages repeat.
//  2. Sides, and whether they are one document read across the gutter or two.
//  3. Ruled tables (ruled.go): rules within 3 points are one; groups of rules that meet; their coordinates as a
//     lattice; positions that no rule parts are one cell, squared off; each glyph goes where its middle lies.
//  4. Lines of what is left (lines.go), without page numbers and running heads (margins.go).
//  5. Aligned tables (aligned.go): a line of four figures is a seed, the lines of figures that follow in the same
//     columns belong to it, and rows with fewer above and below; columns.go settles which columns there are,
//     labels.go what the words to their left belong to, header.go what the words above them cover. Rows are labels
//     and lines of figures brought together by their heights, or by bands where there are any. A table with which a
//     page ends goes on at the top of the next in the same columns.
//  6. Small tables (smalltables.go).
//  7. Paragraphs (paragraphs.go), also across pages.
//  8. Cells in which a mark lies hold U+FFFD (marks.go): a blank must be earned.
//  9. How sure the cells of a recognised page are (recognised.go).
//
// Distances are in sizes of type wherever type is near, in points where only rules are (snap, reach), in shares of
// the page where it is about margins. Each number stands beside the case that it was found with; all of them are held
// by the accuracy gate of package gold, so that one cannot be moved for one document at the cost of others.
//
// # When it is wrong
//
//   - A frame around prose that is divided by a rule is a table. What reads tables must bear one that is none.
//   - A rule that is missing in print joins two cells: both texts stand in one, on lines of their own.
//   - A ruled table whose rows are parted only by shading has one row for all of them, with a line of text each.
//   - Two figures of one column closer than a third of their size are one run, and so one figure. Digits set apart by
//     more than that are two; joinInColumns mends it where a column shows that they are one.
//   - A table without rules that has fewer than four figures in its fullest row is found as a small one, if each line
//     has its words in the same columns, and else is text; so is one of words only.
//   - Labels of wrapped lines set as far apart as rows are: an ordinal, the heights of the figures and the bands
//     decide what belongs together, and without all three a label may be cut in two or joined with its neighbour.
//   - A heading over several columns is given those that it stands over the middle of, of ways that fit alike the
//     most: one too many where the columns beside have their own headings below it. Who knows the form must check.
//
// A table is never dropped for being odd, and what no table takes is text. Two things are lost inside aligned tables:
// a heading that would lie over another one, and words below the last row of figures that nothing joins to a row.
package layout
