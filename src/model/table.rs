//! Dataverse tables in a package: the names and columns that flows use.

use std::collections::BTreeMap;

use crate::parse::xml;

/// A table. Names are in lower case, as Dataverse compares them.
#[derive(Debug)]
pub struct Table {
    /// The logical name: `hlb_order`.
    pub logical_name: String,
    /// The name of its entity set, which actions use: `hlb_orders`.
    pub set_name: Option<String>,
    /// The columns by logical name.
    pub columns: BTreeMap<String, Column>,
    /// Whether all columns are known, because the package contains the table with all its parts.
    pub is_whole: bool,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Whether a new row requires a value that only the flow can set.
    pub required: bool,
}

/// The tables in a `customizations.xml`, or the table of an `Entity.xml`.
pub(crate) fn read(document: &xml::Document<'_>) -> Vec<Table> {
    let root = document.root_element();
    if root.is("Entity") {
        return table(root).into_iter().collect();
    }
    let list = xml::child(root, "Entities");
    list.into_iter().flat_map(|list| xml::children(list, "Entity")).filter_map(table).collect()
}

fn table(node: xml::Node<'_>) -> Option<Table> {
    let entity = xml::child(node, "EntityInfo").and_then(|info| xml::child(info, "entity"));
    let name = xml::child_text(node, "Name").or_else(|| entity?.attribute("Name"))?;
    let set_name = entity.and_then(|entity| xml::child_text(entity, "EntitySetName"));
    let attributes = entity.and_then(|entity| xml::child(entity, "attributes"));
    let attributes = attributes.into_iter().flat_map(|list| xml::children(list, "attribute"));
    Some(Table {
        logical_name: name.to_lowercase(),
        set_name: set_name.map(str::to_lowercase),
        columns: attributes.filter_map(column).collect(),
        is_whole: false,
    })
}

fn column(node: xml::Node<'_>) -> Option<(String, Column)> {
    let text = |name| xml::child_text(node, name);
    let name = text("LogicalName").or_else(|| text("Name")).or_else(|| node.attribute("PhysicalName"))?;
    // Dataverse sets `systemrequired` columns, autonumbers, columns with defaults, and columns that cannot be set.
    let is_filled_in = ["AutoNumberFormat", "DefaultValue", "AppDefaultValue", "FormulaDefinitionFileName"]
        .iter()
        .any(|name| text(name).is_some())
        || text("ValidForCreateApi") == Some("0");
    let required = text("RequiredLevel").is_some_and(|level| level.eq_ignore_ascii_case("required"));
    Some((name.to_lowercase(), Column { required: required && !is_filled_in }))
}

impl Table {
    /// Adds the columns of the same table in another package.
    pub(crate) fn join(&mut self, other: Table) {
        for (name, column) in other.columns {
            // If the packages disagree, a missing value is not certainly a mistake.
            let known = self.columns.entry(name).and_modify(|known| known.required &= column.required);
            known.or_insert(column);
        }
        self.set_name = self.set_name.take().or(other.set_name);
        self.is_whole |= other.is_whole;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_may_be_the_root_or_one_of_many() {
        let table = r#"<Entity><Name LocalizedName="Order">hlb_Order</Name><EntityInfo><entity Name="hlb_Order">
            <attributes><attribute PhysicalName="hlb_Name"><LogicalName>hlb_name</LogicalName>
              <RequiredLevel>required</RequiredLevel></attribute>
            <attribute PhysicalName="hlb_Number"><Name>hlb_number</Name><RequiredLevel>required</RequiredLevel>
              <AutoNumberFormat>O-{SEQNUM:4}</AutoNumberFormat></attribute>
            <attribute PhysicalName="hlb_OrderId"><RequiredLevel>systemrequired</RequiredLevel></attribute>
            <attribute /></attributes><EntitySetName>hlb_orders</EntitySetName></entity></EntityInfo></Entity>"#;
        let whole = format!("<ImportExportXml><Entities>{table}<Entity /></Entities></ImportExportXml>");
        for text in [table, &whole] {
            let tables = read(&xml::parse(text).expect("xml"));
            let [table] = tables.as_slice() else { panic!("{tables:?}") };
            assert_eq!(
                (table.logical_name.as_str(), table.set_name.as_deref()),
                ("hlb_order", Some("hlb_orders"))
            );
            let columns: Vec<_> =
                table.columns.iter().map(|(name, column)| (name.as_str(), column.required)).collect();
            assert_eq!(columns, [("hlb_name", true), ("hlb_number", false), ("hlb_orderid", false)]);
        }
    }
}
