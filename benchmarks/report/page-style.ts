/** Colours by the reader's choice of light or dark, and a layout that fits a phone. */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --text: #1a1c20; --quiet: #5b616b; --line: #dfe2e7; --shade: #f5f6f8; --link: #0b5cad;
  --series-1: #0b62b0; --series-2: #c8500a; --series-3: #0a8061; --series-4: #9a3d92; --series-5: #77706a; --series-6: #927200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --text: #e8eaee; --quiet: #a3abb6; --line: #343942; --shade: #1c1f25; --link: #7ab8ff;
    --series-1: #5aaef5; --series-2: #f39a4a; --series-3: #3ecfa4; --series-4: #dd8ad4; --series-5: #b9b0a8; --series-6: #e3c64b;
  }
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
.table { overflow-x: auto; margin: 16px 0; border: 1px solid var(--line); border-radius: 6px; }
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
