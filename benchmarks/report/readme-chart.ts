import type { Report } from '../measured/report.ts'
import { renderSvg } from './chart.ts'
import type { Theme } from './page-colors.ts'
import { writesChart } from './sections/hero.ts'

const width = 860
export const chartFile = (theme: Theme): string => `writes-${theme}.svg`

/** The chart of the README as an image that stands alone; undefined without other libraries in the report. */
export function readmeChart(report: Report, theme: Theme): string | undefined {
  const chart = writesChart(report)
  return chart && renderSvg(chart, width, theme)
}

/** How the README shows it: for readers of light and of dark, with its sentence. '' where there is none. */
export function readmePicture(report: Report, folder: string): string {
  const chart = writesChart(report)
  if (!chart) return ''
  return `**${chart.title}.** ${chart.says}

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${folder}/${chartFile('dark')}">
  <img alt="${chart.title}" src="${folder}/${chartFile('light')}" width="${width}">
</picture>`
}
