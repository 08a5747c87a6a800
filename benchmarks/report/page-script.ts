/** Tables sort by a click on a heading, filter by words, and say where they go on to the right. The page is whole without it. */
export const pageScript: string = `
const numberOf = text => { const match = /^-?[\\d,.]+/.exec(text); return match ? Number(match[0].replaceAll(',', '')) : undefined }
for (const box of document.querySelectorAll('.table')) {
  const table = box.querySelector('table')
  const body = table.tBodies[0]
  const headings = [...table.tHead.rows[0].cells]
  headings.forEach((heading, column) => {
    const button = document.createElement('button')
    button.append(...heading.childNodes)
    heading.append(button)
    button.addEventListener('click', () => {
      const down = heading.getAttribute('aria-sort') !== 'descending'
      for (const other of headings) other.removeAttribute('aria-sort')
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const keyed = [...body.rows].map(row => { const text = row.cells[column].textContent; return { row, text, number: numberOf(text) } })
      keyed.sort((a, b) => {
        if (a.number === undefined || b.number === undefined) {
          if (a.number !== b.number) return a.number === undefined ? 1 : -1
          return down ? b.text.localeCompare(a.text) : a.text.localeCompare(b.text)
        }
        return down ? b.number - a.number : a.number - b.number
      })
      body.append(...keyed.map(({ row }) => row))
    })
  })
  if (body.rows.length > 8) {
    const filter = document.createElement('input')
    filter.type = 'search'
    filter.placeholder = 'Filter ' + body.rows.length + ' rows, such as: sqlite 1,000'
    filter.setAttribute('aria-label', 'Filter the rows of this table')
    filter.addEventListener('input', () => {
      const words = filter.value.toLowerCase().split(/\\s+/)
      for (const row of body.rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word))
    })
    box.before(filter)
  }
  const hint = document.createElement('p')
  hint.className = 'more'
  hint.textContent = 'This table goes on to the right \\u2192'
  box.after(hint)
  const look = () => { hint.hidden = box.scrollLeft + box.clientWidth >= box.scrollWidth - 2 }
  box.addEventListener('scroll', look)
  new ResizeObserver(look).observe(box)
  look()
}
`
