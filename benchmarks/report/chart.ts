import * as echarts from 'echarts'
import type { EChartsOption } from 'echarts'

import { pageColors } from './page-colors.ts'
import type { Theme } from './page-colors.ts'

/** A chart that can be drawn at any width. */
export interface Chart {
  /** What it shows, for those who do not see it. */
  readonly title: string
  /** What is to be seen in it, in a sentence. */
  readonly says?: string
  readonly height: (width: number) => number
  readonly option: (width: number) => EChartsOption
}

/** Colours stand in the drawing as these, each for one of the page's names. */
const ink = { text: '#010101', quiet: '#020202', line: '#030303', paper: '#040404' }
export const seriesColors = ['#050501', '#050502', '#050503', '#050504', '#050505', '#050506']
const names: ReadonlyMap<string, keyof (typeof pageColors)['light']> = new Map([
  [ink.text, 'text'],
  [ink.quiet, 'quiet'],
  [ink.line, 'line'],
  [ink.paper, 'paper'],
  [seriesColors[0], 'series-1'],
  [seriesColors[1], 'series-2'],
  [seriesColors[2], 'series-3'],
  [seriesColors[3], 'series-4'],
  [seriesColors[4], 'series-5'],
  [seriesColors[5], 'series-6'],
] as [string, keyof (typeof pageColors)['light']][])
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin']
const fontFamily = 'system-ui, sans-serif'

/**
 * An SVG image by ECharts' server-side rendering; nothing runs in the page. Its colours are the page's variables, which know
 * light from dark, or those of a theme for an image that stands alone.
 */
export function renderSvg(chart: Chart, width: number, theme?: Theme): string {
  const instance = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width,
    height: chart.height(width),
  })
  instance.setOption({
    animation: false,
    silent: true,
    backgroundColor: theme ? ink.paper : 'transparent',
    color: seriesColors,
    textStyle: { fontFamily, color: ink.text },
    ...chart.option(width),
  })
  const svg = instance.renderToSVGString({ useViewBox: true })
  instance.dispose()
  return svg.replaceAll(/#0[0-9a-f]{5}\b/g, color => {
    const name = names.get(color)
    if (name === undefined) return color
    return theme ? pageColors[theme][name] : `var(--${name})`
  })
}

interface Series {
  readonly name: string
  readonly values: readonly (number | undefined)[]
  /** Its place among the colours; default: that of the series. */
  readonly color?: number
}

/** Without a page there is no font to measure: letters of common fonts are at most this wide, as a share of their size. */
const letterWidth = 0.6
echarts.setPlatformAPI({
  measureText: (text, font) => ({
    width: text.length * letterWidth * Number(/(\d+)px/.exec(font ?? '')?.[1] ?? 12),
  }),
})

function colorOf({ color }: Series, place: number): string {
  return seriesColors[(color ?? place) % seriesColors.length] ?? ink.text
}

const axisText = { color: ink.quiet, fontSize: 12 }
const splitLine = { lineStyle: { color: ink.line } }
const legend = { top: 0, left: 0, textStyle: { color: ink.text, fontSize: 12 }, itemGap: 14 }

/** How many lines a legend takes: names are about 7 pixels a letter, with a mark before each. */
function legendHeight(names: readonly string[], width: number): number {
  const pixels = names.reduce((sum, name) => sum + 7.5 * name.length + 50, 0)
  return Math.ceil(pixels / width) * 22 + 14
}

/** Both axes logarithmic: what is twice as fast is as far above everywhere. */
export function lineChart(given: {
  readonly title: string
  readonly xName: string
  readonly yName: string
  readonly x: readonly number[]
  readonly series: readonly Series[]
}): Chart {
  const { title, x, series, xName, yName } = given
  const names = series.map(({ name }) => name)
  return {
    title,
    height: width => 300 + legendHeight(names, width),
    option: width => ({
      legend: { ...legend, width: width - 10 },
      grid: { left: 62, right: 16, top: legendHeight(names, width) + 26, bottom: 44 },
      xAxis: {
        type: 'category',
        data: x.map(String),
        name: xName,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: axisText,
        axisLabel: axisText,
        axisLine: { lineStyle: { color: ink.quiet } },
      },
      yAxis: {
        type: 'log',
        name: yName,
        nameTextStyle: { ...axisText, align: 'left', padding: [0, 0, 0, -50] },
        axisLabel: axisText,
        splitLine,
      },
      series: series.map((line, i) => ({
        type: 'line' as const,
        name: line.name,
        color: colorOf(line, i),
        symbol: symbols[i % symbols.length] ?? 'circle',
        symbolSize: 8,
        lineStyle: { width: 2.5 },
        data: line.values.map(value => value ?? null),
      })),
    }),
  }
}

/** Lying bars, so that names can be read; from zero. */
export function barChart(given: {
  readonly title: string
  readonly xName: string
  readonly categories: readonly string[]
  readonly series: readonly Series[]
  readonly log?: boolean
  /** For series of which each category has one: their bars share a line. */
  readonly overlaid?: boolean
}): Chart {
  const { title, categories, series, xName, overlaid = false } = given
  const names = series.map(({ name }) => name)
  const hasLegend = series.length > 1
  const top = (width: number): number => (hasLegend ? legendHeight(names, width) : 8)
  const longest = Math.max(...categories.map(({ length }) => length))
  const [right, lineHeight] = [58, 14]
  const left = (width: number): number => Math.min(width * 0.4, longest * 7.5 + 18)
  const name = (width: number): string => (width < 500 ? xName.replace(', ', ',\n') : xName)
  const nameHeight = (width: number): number => lineHeight * name(width).split('\n').length
  const barsHeight = categories.length * (10 + 20 * (overlaid ? 1 : series.length))
  return {
    title,
    height: width => top(width) + 42 + nameHeight(width) + barsHeight,
    option: width => ({
      ...(hasLegend && { legend: { ...legend, width: width - 10 } }),
      grid: {
        left: left(width),
        right,
        top: top(width),
        bottom: 30 + nameHeight(width),
        // A long name of the axis does not narrow the bars.
        outerBoundsMode: 'none' as const,
      },
      xAxis: {
        type: given.log ? ('log' as const) : ('value' as const),
        name: name(width),
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { ...axisText, lineHeight },
        axisLabel: { ...axisText, hideOverlap: true },
        splitNumber: width < 500 ? 3 : 5,
        splitLine,
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: [...categories],
        axisLabel: {
          ...axisText,
          color: ink.text,
          width: left(width) - 10,
          overflow: 'break' as const,
          lineHeight,
        },
        axisLine: { lineStyle: { color: ink.quiet } },
        axisTick: { show: false },
      },
      series: series.map((bars, i) => ({
        type: 'bar' as const,
        name: bars.name,
        color: colorOf(bars, i),
        barCategoryGap: '20%',
        ...(overlaid && { barGap: '-100%' }),
        data: bars.values.map(value => value ?? null),
        label: {
          show: true,
          position: 'right' as const,
          color: ink.text,
          fontSize: 11,
          formatter: ({ value }: { readonly value?: unknown }) =>
            typeof value === 'number' ? shortNumber(value) : '',
        },
      })),
    }),
  }
}

/** One point a thing, its name beside it. */
export function scatterChart(given: {
  readonly title: string
  readonly xName: string
  readonly yName: string
  readonly yMin: number
  readonly series: readonly {
    readonly name: string
    readonly points: readonly (readonly [number, number])[]
  }[]
}): Chart {
  const { title, series, xName, yName, yMin } = given
  const names = series.map(({ name }) => name)
  return {
    title,
    height: width => 280 + legendHeight(names, width),
    option: width => ({
      legend: { ...legend, width: width - 10 },
      grid: { left: 52, right: 24, top: legendHeight(names, width) + 26, bottom: 44 },
      xAxis: {
        type: 'log',
        name: xName,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: axisText,
        axisLabel: axisText,
        splitLine,
      },
      yAxis: {
        type: 'value',
        min: yMin,
        max: 1,
        name: yName,
        nameTextStyle: { ...axisText, align: 'left', padding: [0, 0, 0, -40] },
        axisLabel: axisText,
        splitLine,
      },
      series: series.map(({ name, points }, i) => ({
        type: 'scatter' as const,
        name,
        symbol: symbols[i % symbols.length] ?? 'circle',
        symbolSize: 13,
        data: points.map(point => [...point]),
      })),
    }),
  }
}

function shortNumber(value: number): string {
  if (value >= 10_000) return `${Math.round(value / 1_000)}k`
  if (value >= 1_000) return `${(value / 1_000).toFixed(1)}k`
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(2)
}
