// Markup in plain modules: htm over Preact. Whatever is put into it becomes text, never markup.
import htm from './vendor/htm.js';
import { h } from './vendor/preact.js';

export const html = htm.bind(h);
