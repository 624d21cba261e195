//! Rows as an Apache Parquet file, for tools that read millions of them.

use crate::rows::{COLUMNS, Row};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::Write;
use std::sync::Arc;

/// Rows of a group: a few megabytes in memory.
pub const GROUP: usize = 20_000;

/// A Parquet file being written, group by group.
pub struct Writer<W: Write + Send> {
    inner: SerializedFileWriter<W>,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn new(out: W) -> Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        Ok(Self { inner: SerializedFileWriter::new(out, schema()?, Arc::new(properties))? })
    }

    /// Adds a group of rows; [`GROUP`] is a good number.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn push(&mut self, rows: &[Row]) -> Result<()> {
        let mut group = self.inner.next_row_group()?;
        let words = |of: fn(&Row) -> Option<&String>| -> Vec<Option<ByteArray>> {
            rows.iter().map(|row| of(row).map(|text| ByteArray::from(text.as_bytes().to_vec()))).collect()
        };
        let numbers = |of: fn(&Row) -> Option<i32>| -> Vec<Option<i32>> { rows.iter().map(of).collect() };
        text(&mut group, words(|r| Some(&r.fichier)))?;
        text(&mut group, words(|r| r.format.as_ref()))?;
        column::<Int32Type, _>(&mut group, numbers(|r| r.pages))?;
        text(&mut group, words(|r| r.profil.as_ref()))?;
        text(&mut group, words(|r| r.point.as_ref()))?;
        text(&mut group, words(|r| r.intitule.as_ref()))?;
        text(&mut group, words(|r| r.categorie.as_ref()))?;
        text(&mut group, words(|r| r.verdict.as_ref()))?;
        text(&mut group, words(|r| r.gravite.as_ref()))?;
        column::<BoolType, _>(&mut group, rows.iter().map(|r| r.sur).collect())?;
        text(&mut group, words(|r| r.raison.as_ref()))?;
        column::<Int32Type, _>(&mut group, numbers(|r| r.citations))?;
        text(&mut group, words(|r| r.citation.as_ref()))?;
        column::<Int32Type, _>(&mut group, numbers(|r| r.page))?;
        text(&mut group, words(|r| r.article.as_ref()))?;
        text(&mut group, words(|r| r.contraire.as_ref()))?;
        text(&mut group, words(|r| r.a_demander.as_ref()))?;
        text(&mut group, words(|r| r.erreur.as_ref()))?;
        group.close().map(|_| ())
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn finish(self) -> Result<W> {
        self.inner.into_inner()
    }
}

fn text<W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, cells: Vec<Option<ByteArray>>) -> Result<()> {
    column::<ByteArrayType, _>(group, cells)
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: Vec<Option<T::T>>,
) -> Result<()> {
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    if let Some(mut writer) = group.next_column()? {
        writer.typed::<T>().write_batch(&values, Some(&levels), None)?;
        writer.close()?;
    }
    Ok(())
}

/// Every column may be empty, for a file that could not be read.
fn schema() -> Result<TypePtr> {
    let fields = COLUMNS.map(|name| {
        let builder = match name {
            "pages" | "citations" | "page" => Type::primitive_type_builder(name, Physical::INT32),
            "sur" => Type::primitive_type_builder(name, Physical::BOOLEAN),
            _ => Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)),
        };
        builder.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
    });
    let fields = fields.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Type::group_type_builder("verdicts").with_fields(fields).build()?))
}
