// The chart chunk: loaded by pages that have a <figure data-chart="kind" data-from="#id">, whose numbers are in the JSON at that id
// and in a table beside it, for who does not see charts. A link in a point ("href") is followed on click.
import { HeatmapChart, LineChart, BarChart, SankeyChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { KINDS } from "./chart-kinds.js";

use([HeatmapChart, LineChart, BarChart, SankeyChart, TreemapChart, AriaComponent, GridComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const drawn = new Map();

// The page's colours as the browser computes them: a chart knows rgb() only.
export function palette() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--color-${name})`;
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const names = ["base-100", "base-200", "base-300", "base-content", "muted", "primary", "primary-content", "secondary", "accent", "success", "warning", "error", "info"];
  const colours = Object.fromEntries(names.map((name) => [name, colour(name)]));
  probe.remove();
  return colours;
}

function show(element) {
  const numbers = JSON.parse(document.querySelector(element.dataset.from).textContent);
  const chart = drawn.get(element) ?? init(element, null, { renderer: "svg" });
  drawn.set(element, chart);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const tooltip = { confine: true, renderMode: "richText" };
  chart.setOption({ animation: !still, aria: { enabled: false }, tooltip, ...KINDS[element.dataset.chart](numbers, palette()) }, true);
}

export function draw(elements) {
  for (const element of elements) {
    element.dataset.drawn = "";
    show(element);
    drawn.get(element).on("click", ({ data }) => {
      if (data?.href) window.location.assign(data.href);
    });
    new ResizeObserver(() => drawn.get(element).resize()).observe(element);
  }
}

const again = () => drawn.forEach((_, element) => show(element));
document.addEventListener("batik:theme", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
