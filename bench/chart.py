"""A bar chart as SVG: as plain as it can be, readable on light and dark pages."""
import html

from figures import written

LEFT, WIDTH, ROW, TOP, NUMBERS = 190, 640, 26, 44, 150
CUT = 10  # times the shortest: a longer bar is cut, or the others could not be told apart


def bars(title, unit, values):
    """values: [(label, number, whether it is ours)]"""
    shortest = min((number for _, number, _ in values if number > 0), default=1)
    full = min(max((number for _, number, _ in values), default=1) or 1, CUT * shortest)
    height = TOP + ROW * len(values) + 12
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
           f'font-family="sans-serif" font-size="13"><title>{html.escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="12" y="24" font-weight="bold" fill="#222">{html.escape(title)}</text>']
    for index, (label, number, ours) in enumerate(values):
        y = TOP + ROW * index
        length = max(1.0, (WIDTH - LEFT - NUMBERS) * min(number, full) / full)
        note = f"{written(number)} {unit}" + (" (bar cut)" if number > full else "")
        out.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end" fill="#222">{html.escape(label)}</text>'
                   f'<rect x="{LEFT}" y="{y + 2}" width="{length:.1f}" height="{ROW - 8}" fill="{"#1f6feb" if ours else "#9aa4af"}"/>'
                   f'<text x="{LEFT + length + 6:.1f}" y="{y + 15}" fill="#222">{html.escape(note)}</text>')
    return "\n".join([*out, "</svg>", ""])
