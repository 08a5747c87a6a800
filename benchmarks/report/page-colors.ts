/** The colours of the page and of the charts by their names, for readers of light and of dark. */
export const pageColors = {
  light: {
    paper: '#ffffff',
    text: '#1a1c20',
    quiet: '#5b616b',
    line: '#dfe2e7',
    shade: '#f5f6f8',
    link: '#0b5cad',
    'series-1': '#0b62b0',
    'series-2': '#c8500a',
    'series-3': '#0a8061',
    'series-4': '#9a3d92',
    'series-5': '#77706a',
    'series-6': '#927200',
  },
  dark: {
    paper: '#14161a',
    text: '#e8eaee',
    quiet: '#a3abb6',
    line: '#343942',
    shade: '#1c1f25',
    link: '#7ab8ff',
    'series-1': '#5aaef5',
    'series-2': '#f39a4a',
    'series-3': '#3ecfa4',
    'series-4': '#dd8ad4',
    'series-5': '#b9b0a8',
    'series-6': '#e3c64b',
  },
} as const

export type Theme = keyof typeof pageColors

/** The colours as variables of a page. */
export function colorVariables(theme: Theme): string {
  return Object.entries(pageColors[theme])
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ')
}
