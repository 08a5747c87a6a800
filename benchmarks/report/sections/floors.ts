import type { ReportRow } from '../../measured/report.ts'
import { floor } from '../../measured/strategy-names.ts'
import { barChart } from '../chart.ts'
import { baseParts, findRows, measureOf, timesAsFast, unique } from '../find-rows.ts'
import { count, estimate, times } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** What the library adds to what the database costs in any case. */
export const floors: MakeSection = report => {
  const { index, embedder } = baseParts(report)
  const rows = findRows(report, { scenario: 'add', what: floor, index, embedder })
  if (rows.length === 0) return undefined
  const batchOf = ({ store, size }: ReportRow): ReportRow | undefined =>
    findRows(report, { scenario: 'add', what: 'addBatch', index, embedder, store, size })[0]
  const sizes = unique(rows.map(({ size }) => size)).filter(size => [10, 100, 1_000].includes(size))
  const shownSizes = sizes.length > 0 ? sizes : unique(rows.map(({ size }) => size))
  const stores = unique(rows.map(({ store }) => store))
  const share = (store: string, size: number): number | undefined => {
    const row = rows.find(row => row.store === store && row.size === size)
    const batch = row && batchOf(row)
    return batch && timesAsFast(report, batch, floor)
  }
  return {
    id: 'floors',
    title: 'Beside the same by hand',
    text: [
      'The floor is the least that stores a record, its vector and its history in the same database, with the same embedding and in one transaction: written by hand, without checks, change log or index. 1× is as fast; below is slower.',
    ],
    charts: [
      barChart({
        title: 'Rate of addBatch as a multiple of the hand-written floor',
        xName: '× floor',
        categories: stores,
        series: shownSizes.map(size => ({
          name: `${count(size)} at a time`,
          values: stores.map(store => share(store, size)),
        })),
      }),
    ],
    table: {
      headings: ['store', 'size', 'floor ms', 'addBatch ms', '× floor'],
      rows: rows.map(row => {
        const batch = batchOf(row)
        return [
          row.store,
          count(row.size),
          estimate(measureOf(row, 'acknowledged ms')),
          estimate(measureOf(batch, 'acknowledged ms')),
          times(batch && timesAsFast(report, batch, floor)),
        ]
      }),
    },
    command: `npm run bench -- --scenarios add --indexes ${index}`,
  }
}
