import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JournalRow } from '@flaghoist/in-memory/journal';
import { textOf } from './item-text.ts';
import { marks } from './kept-table.ts';
import type { Places } from './places.ts';

/** Writes one row into an open transaction. */
export type RowWriter = (row: JournalRow) => void;

export const createRowWriter = (database: DatabaseSync, places: Places): RowWriter => {
  const columns = ['item', 'created', 'written', 'writer', ...marks];
  const item = database.prepare(
    `INSERT INTO items (place, pk, sk, ${columns.join(', ')}) VALUES (?, ?, ?${', ?'.repeat(columns.length)})
     ON CONFLICT (place, pk, sk) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  );
  const record = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const passed = database.prepare('DELETE FROM records WHERE place = ? AND shard = ? AND sequence <= ?');
  const document = database.prepare(
    `INSERT INTO documents (region, name, flag_key, change_id, type, at, document) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (region, name) DO NOTHING`,
  );
  const letter = database.prepare('INSERT INTO letters VALUES (?, ?, ?, ?)');
  const letterGone = database.prepare('DELETE FROM letters WHERE number = ?');

  return (row) => {
    switch (row.kind) {
      case 'item': {
        const { kept, of } = row;
        const marked = marks.map((mark): SQLInputValue => kept.item?.[mark]?.toString() ?? null);
        const { pk, sk, createdAt, timestamp, region } = kept;
        item.run(places.numberOf(of), pk, sk, textOf(kept.item), createdAt, timestamp, region, ...marked);
        return;
      }
      case 'record': {
        const { sequence, at, pk, sk, oldItem, newItem } = row.record;
        record.run(places.numberOf(row.of), row.shard, sequence, at, pk, sk, textOf(oldItem), textOf(newItem));
        return;
      }
      case 'passed':
        passed.run(places.numberOf(row.of), row.shard, row.sequence);
        return;
      case 'document': {
        const { id, flagKey = null, changeId = null, type, at } = row.document;
        document.run(row.region, id, flagKey, changeId, type, at, JSON.stringify(row.document));
        return;
      }
      case 'letter':
        letter.run(row.letter.number, row.queue, row.letter.body, row.letter.sentAt);
        return;
      case 'letter-gone':
        letterGone.run(row.number);
    }
  };
};
