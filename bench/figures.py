"""How a figure is written: three digits, thousands in groups, a dash for what was not measured."""


def written(value):
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
