// Everything by keyboard. Single letters can be switched off, since dictation and some readers send them by chance
// (WCAG 2.1.4).

import * as choice from '../choice.js';
import { isFailure } from '../model/groups.js';
import { hold } from './filter_bar.js';
import { listedIds } from './list.js';
import { mappedIds } from './map.js';
import { columns, shownRows } from '../state.js';

/** @type {[string[], string][]} */
export const KEYS = [
    [['j', '↓'], 'next exchange'], [['k', '↑'], 'previous exchange'], [['Home'], 'first exchange'], [['End'], 'last exchange'],
    [[']'], 'next failure'], [['['], 'previous failure'], [['Enter'], 'bytes of the exchange'], [['e'], 'explain it'], [['c'], 'life of its connection'],
    [['1'], 'connection map'], [['2'], 'sessions'], [['3', 'Alt+T'], 'the map as a table'], [['t'], 'true time on the map'], [['b'], 'begin or end a part to look at alone'],
    [['f', '/'], 'filter'], [['p'], 'hold still, go on'], [['Esc'], 'back: close, deselect, show all'], [['?'], 'these keys'],
];

export const shortcuts = choice.remembered('shortcuts', 'on');

/** Where a part begins that is to be looked at alone; 0: nowhere. */
let brushFrom = 0;

const ids = () => (choice.view.value === 'list' ? listedIds() : mappedIds());

/** Failures of every server: choosing one leads to its map. */
const failures = () => shownRows.value.filter((row) => isFailure(columns.word('finding', row))).map((row) => columns.number('ids', row));

/** @param {number} steps @param {number[]} [all] */
function move(steps, all = ids()) {
    if (all.length === 0) return;
    const present = choice.exchange.value;
    let at = all.indexOf(present);
    if (at < 0) at = steps > 0 ? all.findIndex((id) => id > present) - 1 : all.findIndex((id) => id > present);
    if (at < -1) at = all.length - 1;
    choice.selectExchange(all[Math.min(all.length - 1, Math.max(0, at + steps))]);
}

function brush() {
    const id = choice.exchange.value;
    if (!id) return;
    if (!brushFrom) brushFrom = id;
    else {
        choice.range.value = [Math.min(brushFrom, id), Math.max(brushFrom, id)];
        brushFrom = 0;
    }
}

function back() {
    if (choice.range.value) choice.range.value = null;
    else choice.exchange.value = choice.finding.value = 0;
    brushFrom = 0;
}

/** @type {Record<string, () => void>} */
const LETTERS = {
    j: () => move(1), k: () => move(-1),
    ']': () => move(1, failures()), '[': () => move(-1, failures()),
    e: () => { choice.panel.value = 'explain'; },
    c: () => { document.querySelector('#panel-connection')?.dispatchEvent(new Event('click')); },
    1: () => { choice.view.value = 'map'; }, 2: () => { choice.view.value = 'list'; }, 3: () => { choice.view.value = 'table'; },
    t: () => { choice.trueTime.value = !choice.trueTime.value; }, b: brush, p: hold,
    f: () => document.getElementById('filter')?.focus(), '/': () => document.getElementById('filter')?.focus(),
    '?': () => { choice.dialog.value = 'keys'; },
};

/** Keys that move within the map or the list while it has the focus. @type {Record<string, () => void>} */
const MOVES = {
    ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(15), PageUp: () => move(-15),
    Home: () => move(-Infinity), End: () => move(Infinity), Enter: () => { choice.panel.value = 'exchange'; },
};

/** @param {KeyboardEvent} event */
function pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey && event.key.toLowerCase() === 't') return act(event, () => { choice.view.value = choice.view.value === 'table' ? 'map' : 'table'; });
    if (event.ctrlKey || event.metaKey || event.altKey || choice.dialog.value) return undefined; // an open dialog has Escape of its own
    if (target.matches('input, select, textarea')) return undefined;
    if (event.key === 'Escape') return act(event, back);
    if (MOVES[event.key] && target.matches('#map, #sessions')) return act(event, MOVES[event.key]);
    if (shortcuts.value === 'on' && Object.hasOwn(LETTERS, event.key)) return act(event, LETTERS[event.key]);
    return undefined;
}

/** @param {KeyboardEvent} event @param {() => void} work */
function act(event, work) {
    event.preventDefault();
    work();
}

export const listenToKeys = () => document.addEventListener('keydown', pressed);
