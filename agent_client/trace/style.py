"""How the page looks, on a light and on a dark screen."""

CSS = """
:root { color-scheme: light dark; --ink: #1d2330; --dim: #5d6678; --paper: #fbfbfd; --card: #ffffff;
  --rule: #d9dde6; --code: #f2f4f8; --blue: #1f5fc4; --green: #17723f; --yellow: #8a5a00; --red: #b3261e;
  --add: #dff3e5; --cut: #fde3e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e6ee; --dim: #98a2b5; --paper: #12151c; --card: #191d27;
  --rule: #323949; --code: #0e1118; --blue: #7fb0ff; --green: #63cf90; --yellow: #e5b454; --red: #ff8f86;
  --add: #153425; --cut: #43201f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1040px; padding: 24px 20px 80px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 22px; margin: 0 0 2px; }
h2 { font-size: 17px; margin: 34px 0 10px; }
h3 { font-size: 15px; margin: 0; }
a { color: var(--blue); }
.dim { color: var(--dim); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 10px 18px; margin: 18px 0; }
dt { color: var(--dim); font-size: 12px; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 16px; }
.charts svg { width: 100%; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
svg text { font: 11px system-ui, sans-serif; fill: var(--dim); }
svg .name { font-size: 12px; fill: var(--ink); }
svg .grid { stroke: var(--rule); }
svg .best { fill: none; stroke: var(--blue); stroke-width: 2; }
svg .dot { fill: var(--card); stroke: var(--blue); stroke-width: 1.5; }
.tree, .tree ul { list-style: none; margin: 0; padding: 0; }
.tree ul { border-left: 1px solid var(--rule); margin-left: 6px; padding-left: 16px; }
.tree .item { padding: 2px 0; }
.tree li > .item { margin-left: 15px; }
.tree summary { cursor: pointer; }
.tree summary .item { display: inline; }
.fit { display: inline-block; min-width: 46px; margin: 0 4px; text-align: right; font-weight: 600; }
.verified { color: var(--green); }
.partial { color: var(--yellow); }
.failed { color: var(--red); }
.tag { border: 1px solid currentColor; border-radius: 9px; padding: 0 7px; font-size: 12px; }
article { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 16px; }
article { margin: 14px 0; }
article:target { border-color: var(--blue); }
article p { margin: 5px 0; }
article summary { cursor: pointer; color: var(--blue); }
details { margin: 6px 0; }
pre { background: var(--code); border-radius: 6px; padding: 10px 12px; margin: 6px 0; overflow-x: auto; tab-size: 4;
  font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: normal; }
pre.text { white-space: pre-wrap; overflow-wrap: anywhere; }
pre span { display: block; min-height: 1.45em; }
.add { background: var(--add); }
.cut { background: var(--cut); }
.hunk { color: var(--dim); }
table { border-collapse: collapse; width: 100%; font-size: 13px; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; border-top: 1px solid var(--rule); padding: 4px 8px 4px 0; }
th { color: var(--dim); font-weight: 400; }
th:first-child { width: 100px; }
""".strip()
