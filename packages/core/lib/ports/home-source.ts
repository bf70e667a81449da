import type { WriteResult } from './change-store.ts';

/** Which region is home, and in which epoch: the item `HOME` of the global table `flags`. */
export interface HomeRegion {
  readonly region: string;
  /** Grows by one whenever another region is made home. */
  readonly epoch: number;
  /** When it was made home, epoch milliseconds; left out where it is the first home. */
  readonly movedAt?: number;
}

/** The item as it is written, with who made this region home. */
export interface HomeMove extends Pick<HomeRegion, 'region' | 'epoch'> {
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** How it came before that, oldest first; left out where this is the first home. */
  readonly former?: readonly FormerMove[];
}

export type FormerMove = Omit<HomeMove, 'former'>;

/** This region's replica of the item. It may be older than the one in the region that was made home. */
export interface HomeSource {
  /**
   * @param when `now`: past what a function remembers of it
   * @throws UnavailableError while this region has no such item (yet)
   */
  home(when?: 'now'): Promise<HomeRegion>;
}

/** The item for who makes a region home. */
export interface HomeStore extends HomeSource {
  /** The item with who wrote it, if there is one. */
  lastMove(): Promise<HomeMove | undefined>;
  /** Makes a region home if `from` is what this region still knows (`null`: there is no item). */
  move(to: HomeMove, from: HomeMove | null): Promise<WriteResult>;
}
