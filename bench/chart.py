"""A bar chart as SVG: as plain as it can be, readable on light and dark pages."""
import html

LEFT, WIDTH, ROW, TOP = 250, 640, 26, 44


def bars(title, unit, values):
    """values: [(label, number, whether it is ours)]; small is good."""
    most = max((number for _, number, _ in values), default=1) or 1
    height = TOP + ROW * len(values) + 12
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
           f'font-family="sans-serif" font-size="13"><title>{html.escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="12" y="24" font-weight="bold" fill="#222">{html.escape(title)}</text>']
    for index, (label, number, ours) in enumerate(values):
        y = TOP + ROW * index
        length = max(1.0, (WIDTH - LEFT - 90) * number / most)
        out.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end" fill="#222">{html.escape(label)}</text>'
                   f'<rect x="{LEFT}" y="{y + 2}" width="{length:.1f}" height="{ROW - 8}" fill="{"#1f6feb" if ours else "#9aa4af"}"/>'
                   f'<text x="{LEFT + length + 6:.1f}" y="{y + 15}" fill="#222">{number:.3g} {html.escape(unit)}</text>')
    return "\n".join([*out, "</svg>", ""])
