// The whole map in a strip: failures stand out, the frame is what is in view. A click goes there, a drag takes a
// part out of it to look at alone.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { columns, failureOf, identities } from '../state.js';
import { useLayoutEffect, useRef, useState } from '../vendor/hooks.js';

/** @import { OriginMap } from '../model/lanes.js' */
/** @import { Layout } from '../model/map_layout.js' */

const WIDE = 44;

/** @param {string} name of a colour of the style sheet @param {Element} element */
const colour = (name, element) => getComputedStyle(element).getPropertyValue(name);

/** @param {HTMLCanvasElement} canvas @param {number} tall @param {Layout} layout @param {OriginMap} map */
function paint(canvas, tall, layout, map) {
    const sharp = devicePixelRatio || 1;
    canvas.width = WIDE * sharp;
    canvas.height = tall * sharp;
    const pen = canvas.getContext('2d');
    if (!pen) return;
    pen.scale(sharp, sharp);
    const probe = canvas.parentElement?.querySelector('i') ?? canvas;
    const resolved = (/** @type {string} */ name) => {
        /** @type {HTMLElement} */ (probe).style.color = `var(${name})`;
        return colour('color', probe);
    };
    const ids = Array.from({ length: 8 }, (_, number) => resolved(`--id-${number}`));
    const bad = resolved('--bad'), quiet = resolved('--line-strong');
    const scale = tall / Math.max(1, layout.height), thick = Math.min(3, Math.max(1, 3 * scale));
    let lastY = -2;
    for (const index of layout.drawn) {
        const y = layout.middle[index] * scale, line = map.lines[index];
        const failure = failureOf.value.has(columns.number('ids', line.row));
        if (!failure && y - lastY < 0.7) continue; // finer than can be seen
        if (!failure) lastY = y;
        const of = (/** @type {number} */ known) => (known > 0 ? ids[(identities.value.get(known) ?? 0) % 8] : quiet);
        pen.fillStyle = failure ? bad : of(line.believes);
        pen.fillRect(failure ? 2 : 8, y - (failure ? 1 : 0), failure ? 20 : 13, failure ? 3 : thick);
        pen.fillStyle = failure ? bad : of(line.knows);
        pen.fillRect(23, y - (failure ? 1 : 0), failure ? 20 : 13, failure ? 3 : thick);
    }
}

/** @param {{ layout: Layout, map: OriginMap, top: number, height: number, box: { current: HTMLElement | null } }} given */
export function Minimap({ layout, map, top, height, box }) {
    const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
    const [brush, setBrush] = useState(/** @type {[number, number] | null} */ (null));
    const tall = Math.max(80, height), scale = tall / Math.max(1, layout.height);
    useLayoutEffect(() => {
        if (canvas.current) paint(canvas.current, tall, layout, map);
    }, [layout, map, tall, choice.theme.value, failureOf.value]);

    const at = (/** @type {PointerEvent} */ event) => event.clientY - (canvas.current?.getBoundingClientRect().top ?? 0);
    const down = (/** @type {PointerEvent} */ event) => {
        setBrush([at(event), at(event)]);
        canvas.current?.parentElement?.setPointerCapture(event.pointerId);
    };
    const move = (/** @type {PointerEvent} */ event) => { if (brush) setBrush([brush[0], at(event)]); };
    const up = () => {
        if (!brush) return;
        const [from, to] = [Math.min(...brush) / scale, Math.max(...brush) / scale];
        setBrush(null);
        if ((to - from) * scale < 6) {
            if (box.current) box.current.scrollTop = from - height / 2;
            return;
        }
        const ids = layout.drawn.filter((index) => layout.middle[index] >= from && layout.middle[index] <= to).map((index) => columns.number('ids', map.lines[index].row));
        if (ids.length) choice.range.value = [ids[0], ids[ids.length - 1]];
    };
    return html`
        <div class="minimap" aria-hidden="true" title="Click: go there. Drag: look at that part alone." onPointerDown=${down} onPointerMove=${move} onPointerUp=${up}>
            <i></i><canvas ref=${canvas} style=${{ width: `${WIDE}px`, height: `${tall}px` }}></canvas>
            <div class="frame" style=${{ top: `${top * scale}px`, height: `${Math.max(8, Math.min(tall, height * scale))}px` }}></div>
            ${brush && html`<div class="brush" style=${{ top: `${Math.min(...brush)}px`, height: `${Math.abs(brush[1] - brush[0])}px` }}></div>`}
        </div>`;
}
