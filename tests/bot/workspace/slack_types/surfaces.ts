import type { HomeView, KnownBlock, MessageMetadata, ModalView } from '@slack/types';

export interface Message { text?: string; blocks?: KnownBlock[]; metadata?: MessageMetadata; }
export interface Modal extends Omit<ModalView, 'blocks'> { blocks: KnownBlock[]; }
export interface Home extends Omit<HomeView, 'blocks'> { blocks: KnownBlock[]; }
export interface Surfaces { message: Message; modal: Modal; home: Home; }
