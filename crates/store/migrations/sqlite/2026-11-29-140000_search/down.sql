DROP TABLE indexed;
DROP TABLE stem;
DROP TABLE passage;
