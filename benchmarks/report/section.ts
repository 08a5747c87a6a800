import type { Report } from '../measured/report.ts'
import type { Chart } from './chart.ts'

export interface Table {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A part of the report, from which both the page and the Markdown are made. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly text: readonly string[]
  readonly charts?: readonly Chart[]
  readonly table?: Table
  /** Tables of every figure there is on this, folded away on the page. */
  readonly details?: readonly { readonly title: string; readonly table: Table }[]
  /** The command that measures this section again. */
  readonly command: string
}

/** Undefined when nothing of the kind was measured. */
export type MakeSection = (report: Report) => Section | undefined
