from . import test_point_of_sale, test_till_tours
