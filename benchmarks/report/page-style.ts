import { colorVariables } from './page-colors.ts'

/** Colours by the reader's choice of light or dark, and a layout that fits a phone. */
export const pageStyle: string = `
:root { color-scheme: light dark; --shadow: #0003; ${colorVariables('light')} }
@media (prefers-color-scheme: dark) {
  :root { --shadow: #000c; ${colorVariables('dark')} }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 940px; padding: 24px 20px 64px; background: var(--paper); color: var(--text);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 48px 0 8px; scroll-margin-top: 12px; }
header p { color: var(--quiet); margin: 0 0 16px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--link); }
li { margin: 6px 0; }
ul { padding-left: 20px; }
figure { margin: 24px 0; }
figcaption { font-weight: 600; margin-bottom: 8px; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
/* A shadow at the edge behind which a table goes on: it is covered where the table ends. */
.table { overflow-x: auto; margin: 16px 0 4px; border: 1px solid var(--line); border-radius: 6px;
  background: linear-gradient(to left, var(--paper) 40%, transparent) right / 48px 100% no-repeat local,
    linear-gradient(to left, var(--shadow), transparent) right / 16px 100% no-repeat scroll; }
.more { color: var(--quiet); font-size: 0.85rem; margin: 0 0 16px; text-align: right; }
input[type=search] { font: inherit; font-size: 0.9rem; width: 100%; max-width: 340px; padding: 6px 10px; margin-top: 16px;
  border: 1px solid var(--quiet); border-radius: 6px; background: var(--paper); color: var(--text); }
thead button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
[aria-sort=descending] button::after { content: " \\2193"; }
[aria-sort=ascending] button::after { content: " \\2191"; }
#summary p { margin: 0 0 8px; }
table { border-collapse: collapse; font-size: 0.85rem; line-height: 1.35; font-variant-numeric: tabular-nums; min-width: 100%; }
th, td { padding: 6px 12px; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { background: var(--shade); font-weight: 600; white-space: nowrap; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); font-weight: 500; }
thead th:first-child { background: var(--shade); }
td { white-space: nowrap; }
.words { text-align: left; }
tbody th { white-space: nowrap; }
#limitations td { white-space: normal; text-align: left; min-width: 140px; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--link); margin: 12px 0; }
.command { color: var(--quiet); font-size: 0.9rem; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; background: var(--shade); padding: 2px 5px; border-radius: 4px; }
@media (max-width: 640px) {
  body { padding: 16px 14px 48px; }
  .wide { display: none; }
  .narrow { display: block; }
  th, td { padding: 5px 8px; }
  th:first-child { max-width: 40vw; }
  tbody th { white-space: normal; }
}
`
