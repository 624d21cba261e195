//! Levels of headings as PDF/UA wants them: the first is of level 1, and none skips a level below the one before.

use paper::Block;

/// Brings the levels of the headings into order; their order of depth stays.
pub(crate) fn in_order(blocks: &mut [Block]) {
    let mut deepest = 0;
    put(blocks, &mut deepest);
}

fn put(blocks: &mut [Block], deepest: &mut u8) {
    for block in blocks {
        match block {
            Block::Heading { level, .. } => {
                *level = (*level).clamp(1, 4).min(*deepest + 1);
                *deepest = *level;
            }
            Block::Callout { blocks, .. } | Block::Card { blocks, .. } | Block::Poster { blocks } => {
                put(blocks, deepest)
            }
            Block::List { items, .. } => items.iter_mut().for_each(|item| put(&mut item.blocks, deepest)),
            _ => {}
        }
    }
}
