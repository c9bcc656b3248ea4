//! School files of 2009/10 to 2013/14: School Action, School Action Plus and statements. They are refused by their name, since
//! what they count is not what later files count.

use crate::layout::{Layout, LayoutPage, Reads, column};

/// How they are known, and why they are not read.
pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::SchoolBefore2014,
    in_words: "school file of 2013/14 or before (School Action, School Action Plus, statements)",
    is: |header| {
        let has = |keys: &[&str]| header.find(keys).is_some();
        has(column::URN)
            && (has(&["school_action", "schoolaction"]) || has(&["school_action_plus", "schoolactionplus"]))
    },
    needs: &[],
    read: Reads::Refused(
        "before 2014/15 a type of need was recorded at School Action Plus and with a statement alone, behaviour stood where \
         SEMH does now, and counts were rounded to 5: nothing of it compares with later years; give a school-level file of \
         2014/15 or after",
    ),
};
