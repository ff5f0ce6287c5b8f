// Numbers of a page -> options of ECharts, one function for each kind of chart. Colours come from the page.
const text = (colours) => ({ color: colours["base-content"], fontFamily: "inherit" });

export const KINDS = {
  // {items: [{name, value, label, href, shade: 0..1}]}
  treemap: ({ items }, colours) => ({
    series: [
      {
        type: "treemap",
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        left: 0, right: 0, top: 0, bottom: 0,
        label: { ...text(colours), lineHeight: 18, formatter: ({ data }) => data.label ?? data.name, overflow: "break" },
        itemStyle: { borderColor: colours["base-100"], borderWidth: 2, gapWidth: 2 },
        data: items.map((item) => ({ ...item, itemStyle: { color: mixed(colours["base-200"], colours.primary, 0.15 + 0.35 * (item.shade ?? 0.5)) } })),
      },
    ],
  }),

  // {columns: [name], rows: [name], cells: [{x, y, value, label, href}], most}
  heatmap: ({ columns, rows, cells, most }, colours) => ({
    grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: columns, axisLabel: text(colours), splitArea: { show: false } },
    yAxis: { type: "category", data: rows, axisLabel: text(colours), splitArea: { show: false } },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [colours["base-200"], mixed(colours["base-200"], colours.primary, 0.6)] } },
    series: [
      {
        type: "heatmap",
        label: { show: true, ...text(colours), formatter: ({ data }) => data.label },
        itemStyle: { borderColor: colours["base-100"], borderWidth: 2, borderRadius: 4 },
        data: cells.map((cell) => ({ ...cell, value: [cell.x, cell.y, cell.value] })),
      },
    ],
  }),

  // {nodes: [{name, label}], links: [{source, target, value, href}]}
  sankey: ({ nodes, links }, colours) => ({
    series: [
      {
        type: "sankey",
        left: 0, right: 96, top: 8, bottom: 8,
        nodeAlign: "justify",
        draggable: false,
        label: { ...text(colours), formatter: ({ data }) => data.label ?? data.name },
        itemStyle: { color: colours.primary, borderWidth: 0 },
        lineStyle: { color: colours.secondary, opacity: 0.35 },
        data: nodes,
        links,
      },
    ],
  }),

  // {x: [label], series: [{name, values}]}
  line: ({ x, series }, colours) => ({
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: x, axisLabel: text(colours) },
    yAxis: { type: "value", axisLabel: text(colours), splitLine: { lineStyle: { color: colours["base-300"] } } },
    color: [colours.primary, colours.secondary, colours.accent],
    series: series.map(({ name, values }) => ({ type: "line", name, data: values, symbolSize: 7, smooth: false })),
  }),

  // {x: [label], series: [{name, values}]}: scores of 1 to 5, one line each, named
  scores: ({ x, series }, colours) => ({
    grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: x, axisLabel: text(colours) },
    yAxis: { type: "value", min: 1, max: 5, interval: 1, axisLabel: text(colours), splitLine: { lineStyle: { color: colours["base-300"] } } },
    color: [colours.primary, colours.secondary, colours.accent],
    series: series.map(({ name, values }) => ({ type: "line", name, data: values, symbolSize: 7, endLabel: { show: true, ...text(colours), formatter: name } })),
  }),

  // {x: [label], series: [{name, values}]}
  bar: ({ x, series }, colours) => ({
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: x, axisLabel: text(colours) },
    yAxis: { type: "value", axisLabel: text(colours), splitLine: { lineStyle: { color: colours["base-300"] } } },
    color: [colours.primary, colours.secondary, colours.accent],
    series: series.map(({ name, values }) => ({ type: "bar", name, data: values, itemStyle: { borderRadius: [4, 4, 0, 0] } })),
  }),

  // {x: [label], series: [calls, dollars]}: two measures, each with its own axis
  spending: ({ x, series: [calls, dollars] }, colours) => ({
    grid: { left: 8, right: 8, top: 32, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: x, axisLabel: { ...text(colours), hideOverlap: true } },
    yAxis: [calls, dollars].map(({ name }, index) => ({
      type: "value", name, minInterval: index ? 0 : 1, nameTextStyle: { ...text(colours), align: index ? "right" : "left" }, axisLabel: text(colours),
      splitLine: { show: !index, lineStyle: { color: colours["base-300"] } },
    })),
    color: [colours.primary, colours.accent],
    series: [
      { type: "bar", name: calls.name, data: calls.values, itemStyle: { borderRadius: [4, 4, 0, 0] }, barMaxWidth: 48 },
      { type: "line", name: dollars.name, data: dollars.values, yAxisIndex: 1, symbolSize: 7 },
    ],
  }),
};

export function mixed(from, to, share) {
  const [a, b] = [from, to].map((colour) => colour.match(/\d+/g).map(Number));
  return `rgb(${a.map((part, index) => Math.round(part + (b[index] - part) * share)).join(", ")})`;
}
