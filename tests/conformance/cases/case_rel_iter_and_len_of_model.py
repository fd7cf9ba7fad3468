"""__iter__, __len__, __contains__ and __getitem__ of a model read its collection."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Album(Base):
    __tablename__ = "iter_albums"
    id = Column(Integer, primary_key=True)
    songs = relationship("Song", order_by="Song.id")

    def __iter__(self):
        return iter(self.songs)

    def __len__(self):
        return len(self.songs)

    def __contains__(self, name):
        return any(song.name == name for song in self.songs)

    def __getitem__(self, index):
        return self.songs[index]


class Song(Base):
    __tablename__ = "iter_songs"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    album_id = Column(ForeignKey("iter_albums.id"))


def case(db: Session):
    db.add(Album(id=1, songs=[Song(name="x"), Song(name="y")]))
    db.commit()
    db.expunge_all()
    first = db.query(Album).one()
    out = [[song.name for song in first]]
    db.expunge_all()
    second = db.query(Album).one()
    out += [len(second), "y" in second, second[0].name]
    return out
